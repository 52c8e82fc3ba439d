package dev.parley.session;

import dev.parley.event.DomainEvent;
import dev.parley.event.Subjects;
import io.vertx.core.Promise;

/** A client ends its session. The answer fails if the database did not forget the session in time; it is ended here all the same, and forgotten there as soon as the database answers. */
public record LogoutRequested(Session session, Promise<Void> answer) implements DomainEvent {
    @Override
    public Subjects subjects() {
        return session.subjects();
    }
}
