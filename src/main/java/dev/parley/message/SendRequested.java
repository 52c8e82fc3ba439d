package dev.parley.message;

import dev.parley.event.DomainEvent;
import dev.parley.event.Subjects;
import dev.parley.protocol.ClientFrame;
import dev.parley.protocol.ServerFrame;
import dev.parley.session.Caller;
import io.vertx.core.Promise;

/** A client wants to say something in a room. Answered after the commit by {@code ok}, or within bounded time by {@code error}. */
public record SendRequested(Caller caller, ClientFrame.Send frame, Promise<ServerFrame> answer) implements DomainEvent {
    @Override
    public Subjects subjects() {
        return caller.about(frame.room());
    }
}
