package dev.parley.session;

import dev.parley.session.SessionDirectory.Place;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * What is written about sessions, for who looks at all of them: users, operators, and chores. Futures fail if the
 * database did not answer, within bounded time.
 */
interface SessionRecords {

    /** Those of the account that have not expired, seen most lately first. */
    Future<List<ListedSession>> list(UUID account, int limit);

    /** Those of all accounts that have not expired, by account and id, from behind that of {@code after}. */
    Future<List<ListedSession>> page(Place after, int limit);

    /** Ends a session of an account. Answers with nothing if there is none, and none was ended lately. */
    Future<List<Revoked>> revoke(UUID account, UUID session);

    Future<List<Revoked>> revoke(UUID session);

    Future<List<Revoked>> revokeAll(UUID account);

    /** Sessions that were ended during the last {@code period}, in order, from behind {@code after}. */
    Future<List<Ended>> ended(Duration period, Ended after, int limit);

    /** Deletes sessions that have expired, at most {@code limit}, and answers with how many. */
    Future<Integer> deleteExpired(int limit);

    /** Forgets which sessions were ended before the last {@code period}, at most {@code limit}; answers with how many. */
    Future<Integer> forgetEnded(Duration period, int limit);

    /** @param fresh whether it was ended now; if not, it was before */
    record Revoked(UUID account, UUID session, boolean fresh) {}

    record Ended(UUID session, Instant at) {}
}
