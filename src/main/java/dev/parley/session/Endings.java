package dev.parley.session;

import dev.parley.event.Events;
import dev.parley.session.SessionEnded.Cause;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.UUID;

/** Has this node know that a session is over: it is not resumed from memory, and its connection ends. Any thread. */
@ApplicationScoped
class Endings {
    private final KnownSessions known;
    private final Events events;

    Endings(KnownSessions known, Events events) {
        this.known = known;
        this.events = events;
    }

    /** It was ended by this node: its end has been stored, once. Told even if it was read back in the meantime. */
    void endedHere(UUID account, UUID id, Cause cause) {
        var session = known.find(id);
        if (session != null) {
            var _ = end(session);
        }
        events.fire(new SessionEnded(account, id, cause));
    }

    /** As the database says. Nothing happens if it is not known here, or known to have ended. */
    void endedElsewhere(UUID id) {
        var session = known.find(id);
        if (session != null) {
            endedElsewhere(session);
        }
    }

    void endedElsewhere(Session session) {
        if (end(session)) {
            events.fire(new SessionEnded(session.account(), session.id(), Cause.ELSEWHERE));
        }
    }

    /** Its client has ended it, whether or not that could be stored yet. */
    void loggedOut(Session session) {
        if (end(session)) {
            events.fire(new SessionEnded(session.account(), session.id(), Cause.LOGGED_OUT));
        }
    }

    private boolean end(Session session) {
        boolean first = session.end();
        known.settle(session);
        return first;
    }
}
