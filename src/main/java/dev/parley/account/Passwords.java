package dev.parley.account;

import dev.parley.StartRefused;
import dev.parley.problem.Refused;
import io.quarkus.elytron.security.common.BcryptUtil;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Hashing of passwords. Each hash burns a core for some tens of milliseconds, so there are never more at once than
 * there are cores; who waits too long for a turn gets {@code unavailable}. For threads that may wait.
 */
@Startup
@ApplicationScoped
class Passwords {
    /** What bcrypt knows at least, and what takes about two seconds at most. */
    private static final int MIN_COST = 4;

    private static final int MAX_COST = 15;

    /** Of no password that anybody knows. A real one would have to be made first, which took a fifth of the start. */
    private static final String NOBODYS_HASH = "$2a$%02d$" + ".".repeat(53);

    private final int cost;
    private final Duration longestWait;
    private final Semaphore turns;
    private final String nobodysHash;

    @Inject // needed where a class has a second constructor
    Passwords(AccountConfig config) {
        this(config, Runtime.getRuntime().availableProcessors());
    }

    Passwords(AccountConfig config, int atOnce) {
        cost = config.bcryptCost();
        if (cost < MIN_COST || cost > MAX_COST) {
            throw new StartRefused("parley.account.bcrypt-cost must be %d to %d".formatted(MIN_COST, MAX_COST));
        }
        longestWait = config.hashingWait();
        turns = new Semaphore(atOnce, true);
        nobodysHash = NOBODYS_HASH.formatted(cost);
    }

    String hash(Password password) {
        return inTurn(() -> BcryptUtil.bcryptHash(password.text(), cost));
    }

    /** Does the same work whether there is a hash or not: the time taken does not tell whether the account exists. */
    boolean matches(Password password, Optional<String> hash) {
        boolean matches = inTurn(() -> BcryptUtil.matches(password.text(), hash.orElse(nobodysHash)));
        return matches && hash.isPresent();
    }

    private <T> T inTurn(Supplier<T> work) {
        try {
            if (!turns.tryAcquire(longestWait.toMillis(), TimeUnit.MILLISECONDS)) {
                throw Refused.unavailable("Too many people sign in right now");
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw Refused.unavailable("The server is stopping", stopped);
        }
        try {
            return work.get();
        } finally {
            turns.release();
        }
    }
}
