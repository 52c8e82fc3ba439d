package dev.parley.session;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The sessions that this node has in memory: all that are connected here, and the last that were, including those that
 * have ended. One object for each. Thread-safe.
 */
@ApplicationScoped
class KnownSessions {
    /** For as long as an attachment here may be on its way that was overtaken. */
    private static final Duration OVERTAKEN_MEMORY = Duration.ofMinutes(1);

    private static final int MOST_OVERTAKEN = 10_000;

    private final Cache<UUID, Session> recent;
    private final Cache<UUID, Long> overtaken = Caffeine.newBuilder()
            .maximumSize(MOST_OVERTAKEN)
            .expireAfterWrite(OVERTAKEN_MEMORY)
            .build();
    private final ConcurrentHashMap<UUID, Session> here = new ConcurrentHashMap<>();
    /** How many sessions each account has here, if any. */
    private final ConcurrentHashMap<UUID, Integer> accounts = new ConcurrentHashMap<>();

    KnownSessions(SessionConfig config) {
        this.recent = Caffeine.newBuilder().maximumSize(config.cachedSessions()).build();
    }

    @Nullable
    Session find(UUID id) {
        var connected = here.get(id);
        return connected == null ? recent.getIfPresent(id) : connected;
    }

    void add(Session session) {
        var _ = compute(session.id(), _ -> session);
    }

    /** What {@code change} makes of the session that is known under the id, or of none; nobody else does so meanwhile. */
    Session compute(UUID id, UnaryOperator<@Nullable Session> change) {
        return Objects.requireNonNull(recent.asMap().compute(id, (_, cached) -> {
            var connected = here.get(id);
            var session = Objects.requireNonNull(change.apply(connected == null ? cached : connected));
            var generation = overtaken.getIfPresent(id);
            if (generation != null) {
                session.overtake(generation);
            }
            settle(session);
            return session;
        }));
    }

    /**
     * Another node has attached to the session as {@code generation}; says whether a connection here is overtaken by that.
     * One that is on its way here finds out by {@link Session#isOvertaken} once it has arrived.
     */
    boolean overtake(UUID id, long generation) {
        overtaken.asMap().merge(id, generation, Math::max); // first: who comes to be known from here on looks there
        var session = find(id);
        return session != null && session.overtake(generation);
    }

    /** To be told after each attachment, detachment and end. By what is so now: it may have changed again. */
    void settle(Session session) {
        here.compute(session.id(), (_, before) -> {
            var after = session.isHere() ? session : null;
            if ((before == null) != (after == null)) {
                accounts.merge(
                        session.account(), after == null ? -1 : 1, (old, step) -> old + step == 0 ? null : old + step);
            }
            return after;
        });
    }

    /** Whether a session of the account is connected here. */
    boolean isHere(UUID account) {
        return accounts.containsKey(account);
    }

    /** Those that are connected here, as they come and go. */
    Collection<Session> here() {
        return Collections.unmodifiableCollection(here.values());
    }
}
