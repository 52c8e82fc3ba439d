package dev.parley.session;

import dev.parley.database.Interrupted;
import dev.parley.event.Events;
import dev.parley.protocol.ClientFrame.Resume;
import dev.parley.protocol.ErrorCode;
import dev.parley.session.Attachment.Attached;
import dev.parley.session.Attachment.Refused;
import dev.parley.session.Attachment.TooMany;
import dev.parley.session.SessionEnded.Cause;
import dev.parley.session.SessionRefused.Reason;
import dev.parley.session.SessionStore.Begun;
import dev.parley.session.SessionStore.Resumed;
import io.vertx.core.Future;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Gives connections their sessions. The database decides while it answers; while it does not, sessions that are in memory
 * come back from there and all others start anew, and {@link SessionFlush} stores later what came to be.
 */
@ApplicationScoped
class Sessions {
    private final SessionStore store;
    private final KnownSessions known;
    private final SessionFlush flush;
    private final Endings endings;
    private final Events events;
    private final SessionConfig config;

    Sessions(
            SessionStore store,
            KnownSessions known,
            SessionFlush flush,
            Endings endings,
            Events events,
            SessionConfig config) {
        this.store = store;
        this.known = known;
        this.flush = flush;
        this.endings = endings;
        this.events = events;
        this.config = config;
    }

    void attach(@Observes HelloRequested request) {
        var resume = request.frame().resume();
        var client = request.frame().client();
        var device = client == null ? "" : client.device();
        var attachment = resume == null ? begin(request.account(), device) : resume(request.account(), resume, device);
        attachment.onComplete(request.answer()).onSuccess(outcome -> tell(request.account(), outcome));
    }

    void detach(@Observes SessionDetached event) {
        if (event.session().detach(event.generation())) {
            known.settle(event.session());
            flush.soon(event.session());
        }
    }

    void acknowledge(@Observes CursorsAcknowledged event) {
        event.cursors().forEach(event.session()::advance);
        flush.soon(event.session());
    }

    void end(@Observes LogoutRequested request) {
        var session = request.session();
        endings.loggedOut(session); // stays known as such: it is not resumed while the database does not know it yet
        store.delete(List.of(session)).onFailure(_ -> flush.soon(session)).onComplete(request.answer());
    }

    private Future<Attachment> begin(UUID account, String device) {
        var secret = SecretHash.newSecret();
        var session =
                new Session(account, UUID.randomUUID(), SecretHash.of(secret), device, 1, Map.of(), expiry(), false);
        return store.begin(session, config.perAccount())
                .map(begun -> switch (begun) {
                    case Begun.Stored(var displaced) -> {
                        session.stored();
                        displaced.forEach(id -> endings.endedHere(account, id, Cause.DISPLACED));
                        yield begun(session, secret);
                    }
                    case Begun.TooMany() -> new TooMany(config.perAccount());
                })
                .recover(fault -> {
                    if (!(fault instanceof Interrupted)) {
                        return Future.failedFuture(fault);
                    }
                    if (!flush.begun(session)) {
                        events.fire(new SessionRefused(account, Reason.UNSTORED));
                        return Future.failedFuture(fault);
                    }
                    return Future.succeededFuture(begun(session, secret));
                });
    }

    private Attachment begun(Session session, String secret) {
        known.add(session);
        return new Attached(session, session.generation(), secret);
    }

    private Future<Attachment> resume(UUID account, Resume resume, String device) {
        var secret = SecretHash.of(resume.secret());
        var cached = known.find(resume.session());
        if (cached != null
                && !(cached.account().equals(account) && cached.secret().equals(secret) && !cached.isEnded())) {
            return Future.succeededFuture(unknown());
        }
        var expiresAt = expiry();
        long above = cached == null ? 0 : cached.latest();
        return store.resume(account, resume.session(), secret, above, expiresAt)
                .map(found -> fromStore(account, resume.session(), secret, found, expiresAt))
                .recover(fault -> {
                    // Only a database that is away is reason enough for a new session: a crowd that comes from another
                    // node, all at once, must not lose those that it has, nor leave them behind as ghosts.
                    if (!(fault instanceof Interrupted interrupted) || (cached == null && !interrupted.isByBreaker())) {
                        return Future.failedFuture(fault);
                    }
                    return cached == null
                            ? begin(account, device)
                            : Future.succeededFuture(fromMemory(cached, expiresAt));
                });
    }

    private Attachment fromStore(UUID account, UUID id, SecretHash secret, Optional<Resumed> found, Instant expiresAt) {
        if (found.isEmpty()) {
            var cached = known.find(id);
            if (cached != null && !cached.isStored()) {
                return fromMemory(cached, expiresAt);
            }
            endings.endedElsewhere(id);
            return unknown();
        }
        var resumed = found.get();
        var session = known.compute(id, old -> merged(old, account, id, secret, resumed, expiresAt));
        return new Attached(session, resumed.generation(), null);
    }

    /** What is in memory is ahead in cursors, the database in generations. */
    private static Session merged(
            @Nullable Session old, UUID account, UUID id, SecretHash secret, Resumed resumed, Instant expiresAt) {
        var session = old != null
                ? old
                : new Session(account, id, secret, resumed.device(), resumed.generation(), Map.of(), expiresAt, true);
        resumed.cursors().forEach(session::advance);
        session.attach(resumed.generation(), expiresAt);
        return session;
    }

    private Attachment fromMemory(Session session, Instant expiresAt) {
        if (session.isEnded() || session.expiresAt().isBefore(Instant.now())) {
            return unknown();
        }
        long generation = session.attachNext(expiresAt);
        known.settle(session);
        flush.soon(session);
        return new Attached(session, generation, null);
    }

    private void tell(UUID account, Attachment attachment) {
        events.fire(
                switch (attachment) {
                    case Attached(var session, var generation, var secret) ->
                        secret == null
                                ? new SessionResumed(account, session.id(), generation)
                                : new SessionBegan(account, session.id(), session.isStored());
                    case Refused _ -> new SessionRefused(account, Reason.UNKNOWN);
                    case TooMany _ -> new SessionRefused(account, Reason.TOO_MANY);
                });
    }

    private static Attachment unknown() {
        return new Refused(ErrorCode.SESSION_UNKNOWN, "no such session; say hello without resume");
    }

    private Instant expiry() {
        return Instant.now().plus(config.life());
    }
}
