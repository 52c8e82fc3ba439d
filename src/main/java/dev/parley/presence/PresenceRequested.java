package dev.parley.presence;

import dev.parley.event.DomainEvent;
import dev.parley.event.Subjects;
import dev.parley.protocol.ClientFrame;
import dev.parley.protocol.ServerFrame;
import dev.parley.session.Caller;
import io.vertx.core.Promise;

/**
 * A client wants to know who is online. Answered within bounded time by {@code online} or {@code error}.
 *
 * @param reading whether it has the room open, so that the account is known to be a member
 */
public record PresenceRequested(Caller caller, ClientFrame.Presence frame, boolean reading, Promise<ServerFrame> answer)
        implements DomainEvent {
    @Override
    public Subjects subjects() {
        var room = frame.room();
        return room == null ? Subjects.account(caller.account(), caller.session()) : caller.about(room);
    }
}
