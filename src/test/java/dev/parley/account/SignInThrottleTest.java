package dev.parley.account;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SignInThrottleTest {
    private final AtomicLong nanos = new AtomicLong();
    private final SignInThrottle throttle = new SignInThrottle(new FixedConfig(), nanos::get);

    @Test
    void stopsAGuesserWithoutLockingTheOwnerOut() {
        fail(3, "alice", "10.0.0.1");
        assertThat(throttle.attempt("alice", "10.0.0.1").isAllowed()).isFalse();
        assertThat(throttle.attempt("alice", "10.0.0.2").isAllowed()).isTrue();
    }

    @Test
    void stopsAGuesserWithManyAddresses() {
        for (int i = 0; i < 5; i++) {
            fail(1, "alice", "10.0.0." + i);
        }
        assertThat(throttle.attempt("alice", "10.0.0.99").isAllowed()).isFalse();
        assertThat(throttle.attempt("bob", "10.0.0.99").isAllowed()).isTrue();
    }

    @Test
    void stopsAGuesserOfManyNames() {
        for (int i = 0; i < 7; i++) {
            fail(1, "user" + i, "10.0.0.1");
        }
        assertThat(throttle.attempt("user99", "10.0.0.1").isAllowed()).isFalse();
    }

    @Test
    void forgetsAfterTheWindow() {
        fail(3, "alice", "10.0.0.1");
        nanos.addAndGet(Duration.ofSeconds(61).toNanos());
        assertThat(throttle.attempt("alice", "10.0.0.1").isAllowed()).isTrue();
    }

    private void fail(int times, String name, String address) {
        for (int i = 0; i < times; i++) {
            throttle.attempt(name, address).failed();
        }
    }
}
