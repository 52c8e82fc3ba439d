package dev.parley.account;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;

/**
 * Slows down who guesses passwords. Wrong ones are counted per name and address, per name, and per address, on this
 * node, for a window that begins with the first. The pair has the lowest limit, so that a stranger who guesses from
 * afar does not soon lock the owner out. A try counts from before its password is looked at until it turns out to be
 * right: of many at once no more than the limit are looked at. Bounded: the counts that were used least are forgotten.
 * Thread-safe.
 */
@ApplicationScoped
class SignInThrottle {
    private static final int MOST_COUNTS = 100_000;
    /** What is refused only since others are still being looked at may well pass when they are done. */
    private static final Duration WHILE_OTHERS_ARE_LOOKED_AT = Duration.ofSeconds(1);

    private final AccountConfig config;
    private final Ticker ticker;
    private final Cache<Counted, Tries> tries;

    @Inject // needed where a class has a second constructor
    SignInThrottle(AccountConfig config) {
        this(config, Ticker.systemTicker());
    }

    SignInThrottle(AccountConfig config, Ticker ticker) {
        this.config = config;
        this.ticker = ticker;
        tries = Caffeine.newBuilder()
                .maximumSize(MOST_COUNTS)
                .expireAfterWrite(config.failureWindow())
                .ticker(ticker)
                .build();
    }

    /** Counts a try to sign in, if there is room for it under all limits. */
    synchronized Admission admit(String nameKey, String address) {
        var limits = List.of(
                limited(new Counted(nameKey, address), config.failuresPerNameAndAddress()),
                limited(new Counted(nameKey, ""), config.failuresPerName()),
                limited(new Counted("", address), config.failuresPerAddress()));
        var full = limits.stream().filter(Limited::isFull).toList();
        if (!full.isEmpty()) {
            return new Admission.Throttled(full.stream()
                    .map(this::retryAfter)
                    .max(Comparator.naturalOrder())
                    .orElseThrow());
        }
        limits.forEach(limited -> {
            limited.tries().lookedAt++;
            tries.asMap().putIfAbsent(limited.counted(), limited.tries());
        });
        return new Attempt(limits);
    }

    private Limited limited(Counted counted, int limit) {
        var known = tries.getIfPresent(counted); // kept only if it is admitted: who is not must not push counts out
        return new Limited(counted, known == null ? new Tries(ticker.read()) : known, limit);
    }

    private Duration retryAfter(Limited limited) {
        return limited.tries().wrong < limited.limit()
                ? WHILE_OTHERS_ARE_LOOKED_AT
                : config.failureWindow().minusNanos(ticker.read() - limited.tries().began);
    }

    sealed interface Admission {
        /** Too many wrong passwords lately; to be tried again after that time, not before. */
        record Throttled(Duration retryAfter) implements Admission {}
    }

    /** What is counted; an empty part stands for any. */
    private record Counted(String nameKey, String address) {}

    private record Limited(Counted counted, Tries tries, int limit) {
        boolean isFull() {
            return tries.wrong + tries.lookedAt >= limit;
        }
    }

    /** Those of one window. Guarded by the throttle. */
    private static final class Tries {
        private final long began;
        private int wrong;
        private int lookedAt;

        Tries(long began) {
            this.began = began;
        }
    }

    /** A try that may be looked at. It is taken back when it is closed, unless it has failed. */
    final class Attempt implements Admission, AutoCloseable {
        private final List<Limited> limits;
        private boolean wrong;

        private Attempt(List<Limited> limits) {
            this.limits = limits;
        }

        /** The password was wrong. */
        void failed() {
            wrong = true;
        }

        @Override
        public void close() {
            synchronized (SignInThrottle.this) {
                limits.forEach(this::done);
            }
        }

        private void done(Limited limited) {
            limited.tries().lookedAt--;
            if (wrong) {
                limited.tries().wrong++;
            } else if (limited.tries().wrong + limited.tries().lookedAt == 0) {
                tries.asMap().remove(limited.counted(), limited.tries()); // the window begins with a wrong one
            }
        }
    }
}
