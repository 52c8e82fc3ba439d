package dev.parley.room;

import dev.parley.event.DomainEvent;
import dev.parley.event.Subjects;
import dev.parley.protocol.ClientFrame;
import dev.parley.protocol.ServerFrame;
import dev.parley.session.Caller;
import io.vertx.core.Promise;

/**
 * A client wants to read a room. Answered within bounded time by {@link ServerFrame.Opened} or an error.
 *
 * @param cursor what the session has acknowledged in this room, 0 if nothing
 */
public record OpenRequested(Caller caller, ClientFrame.Open frame, long cursor, Promise<ServerFrame> answer)
        implements DomainEvent {
    @Override
    public Subjects subjects() {
        return caller.about(frame.room());
    }
}
