package dev.parley.account;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Slows down who guesses passwords. Wrong ones are counted per name and address, per name, and per address, on this
 * node, for a window that begins with the first. The pair has the lowest limit, so that a stranger who guesses from
 * afar does not soon lock the owner out. Bounded: the counts that were used least are forgotten.
 */
@ApplicationScoped
class SignInThrottle {
    private static final int MOST_COUNTS = 100_000;

    private final AccountConfig config;
    private final Cache<Counted, AtomicInteger> failures;

    @Inject // needed where a class has a second constructor
    SignInThrottle(AccountConfig config) {
        this(config, Ticker.systemTicker());
    }

    SignInThrottle(AccountConfig config, Ticker ticker) {
        this.config = config;
        failures = Caffeine.newBuilder()
                .maximumSize(MOST_COUNTS)
                .expireAfterWrite(config.failureWindow())
                .ticker(ticker)
                .build();
    }

    Attempt attempt(String nameKey, String address) {
        return new Attempt(List.of(
                new Limited(new Counted(nameKey, address), config.failuresPerNameAndAddress()),
                new Limited(new Counted(nameKey, ""), config.failuresPerName()),
                new Limited(new Counted("", address), config.failuresPerAddress())));
    }

    /** What is counted; an empty part stands for any. */
    private record Counted(String nameKey, String address) {}

    private record Limited(Counted counted, int limit) {}

    /** One try to sign in. Tries at the same moment may all pass before the first has failed. */
    final class Attempt {
        private final List<Limited> limits;

        private Attempt(List<Limited> limits) {
            this.limits = limits;
        }

        boolean isAllowed() {
            return limits.stream().allMatch(limited -> {
                var count = failures.getIfPresent(limited.counted());
                return count == null || count.get() < limited.limit();
            });
        }

        void failed() {
            limits.forEach(limited ->
                    failures.get(limited.counted(), _ -> new AtomicInteger()).incrementAndGet());
        }

        /** The longest that it can take until the count begins anew. */
        Duration retryAfter() {
            return config.failureWindow();
        }
    }
}
