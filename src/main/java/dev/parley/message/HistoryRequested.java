package dev.parley.message;

import dev.parley.event.DomainEvent;
import dev.parley.event.Subjects;
import dev.parley.protocol.ClientFrame;
import dev.parley.protocol.ServerFrame;
import dev.parley.session.Caller;
import io.vertx.core.Promise;

/** A client wants a page of a room's past. Answered within bounded time by a page or {@code error}. */
public record HistoryRequested(Caller caller, ClientFrame.History frame, Promise<ServerFrame> answer)
        implements DomainEvent {
    @Override
    public Subjects subjects() {
        return caller.about(frame.room());
    }
}
