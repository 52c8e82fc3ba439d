package dev.parley.session;

import dev.parley.session.SessionEnded.Cause;
import dev.parley.session.SessionRecords.Revoked;
import io.vertx.core.Future;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.UUID;

/**
 * The sessions of all nodes, to be looked at and revoked. As the database has them: one that began while it was away is
 * not among them until it is stored.
 *
 * <p>A revoked session is over at once: its connection ends with close code 4510, on this node now and on another within
 * two {@code parley.session.revocation-interval}s. Futures end within bounded time, on any thread, and fail with
 * {@link dev.parley.database.Interrupted} if the database did not answer; then it may or may not have happened, and is
 * safely asked for again.
 */
@ApplicationScoped
public class SessionDirectory {
    /** Most sessions in one answer. */
    public static final int MOST_LISTED = 200;

    private final SessionRecords records;
    private final Endings endings;

    SessionDirectory(SessionRecords records, Endings endings) {
        this.records = records;
        this.endings = endings;
    }

    /** The account's sessions, at most {@link #MOST_LISTED}: connected ones first, then those seen most lately. */
    public Future<List<ListedSession>> of(UUID account) {
        return records.list(account, MOST_LISTED);
    }

    /**
     * Sessions of all accounts, in the order of their places.
     *
     * @param after the place of the last one before the page
     * @param limit cut to {@link #MOST_LISTED}
     */
    public Future<List<ListedSession>> page(Place after, int limit) {
        return records.page(after, Math.clamp(limit, 1, MOST_LISTED));
    }

    /** Revokes a session of the account. False if there is none; who repeats it within a day hears true again. */
    public Future<Boolean> revoke(UUID account, UUID session) {
        return records.revoke(account, session).map(this::tell).map(ended -> !ended.isEmpty());
    }

    /** As above, whose ever the session is. */
    public Future<Boolean> revoke(UUID session) {
        return records.revoke(session).map(this::tell).map(ended -> !ended.isEmpty());
    }

    /** Revokes all sessions of the account and answers with how many. Its tokens stay good: it can sign in again. */
    public Future<Integer> revokeAll(UUID account) {
        return records.revokeAll(account).map(this::tell).map(List::size);
    }

    private List<Revoked> tell(List<Revoked> revoked) {
        revoked.stream()
                .filter(Revoked::fresh)
                .forEach(session -> endings.endedHere(session.account(), session.session(), Cause.REVOKED));
        return revoked;
    }

    /** Where a session stands among all. */
    public record Place(UUID account, UUID session) {
        /** Before the first. */
        public static final Place START = new Place(new UUID(0, 0), new UUID(0, 0));
    }
}
