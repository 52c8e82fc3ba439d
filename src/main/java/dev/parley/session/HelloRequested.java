package dev.parley.session;

import dev.parley.event.DomainEvent;
import dev.parley.event.Subjects;
import dev.parley.protocol.ClientFrame;
import io.vertx.core.Promise;
import java.util.UUID;

/**
 * A client whose token was verified wants a session. Answered within bounded time, also while the database is away.
 */
public record HelloRequested(UUID account, ClientFrame.Hello frame, Promise<Attachment> answer) implements DomainEvent {
    @Override
    public Subjects subjects() {
        return new Subjects(account, null, null, null);
    }
}
