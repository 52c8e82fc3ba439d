package dev.parley.room;

import dev.parley.event.DomainEvent;
import dev.parley.event.Subjects;
import dev.parley.protocol.ClientFrame;
import dev.parley.protocol.ServerFrame;
import dev.parley.session.Caller;
import io.vertx.core.Promise;

/** A client wants into a public room. Answered within bounded time by {@code ok} or {@code error}. */
public record JoinRequested(Caller caller, ClientFrame.Join frame, Promise<ServerFrame> answer) implements DomainEvent {
    @Override
    public Subjects subjects() {
        return caller.about(frame.room());
    }
}
