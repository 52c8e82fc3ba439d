package dev.parley.account;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.account.SignInThrottle.Admission;
import dev.parley.account.SignInThrottle.Admission.Throttled;
import dev.parley.account.SignInThrottle.Attempt;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SignInThrottleTest {
    private final AtomicLong nanos = new AtomicLong();
    private final SignInThrottle throttle = new SignInThrottle(new FixedConfig(), nanos::get);

    @Test
    void stopsAGuesserWithoutLockingTheOwnerOut() {
        fail(3, "alice", "10.0.0.1");
        assertThat(isAdmitted("alice", "10.0.0.1")).isFalse();
        assertThat(isAdmitted("alice", "10.0.0.2")).isTrue();
    }

    @Test
    void stopsAGuesserWithManyAddresses() {
        for (int i = 0; i < 5; i++) {
            fail(1, "alice", "10.0.0." + i);
        }
        assertThat(isAdmitted("alice", "10.0.0.99")).isFalse();
        assertThat(isAdmitted("bob", "10.0.0.99")).isTrue();
    }

    @Test
    void stopsAGuesserOfManyNames() {
        for (int i = 0; i < 7; i++) {
            fail(1, "user" + i, "10.0.0.1");
        }
        assertThat(isAdmitted("user99", "10.0.0.1")).isFalse();
    }

    @Test
    void forgetsAfterTheWindow() {
        fail(3, "alice", "10.0.0.1");
        nanos.addAndGet(Duration.ofSeconds(61).toNanos());
        assertThat(isAdmitted("alice", "10.0.0.1")).isTrue();
    }

    @Test
    void saysHowLongTheWindowStillIs() {
        fail(2, "alice", "10.0.0.1");
        nanos.addAndGet(Duration.ofSeconds(45).toNanos());
        fail(1, "alice", "10.0.0.1");

        assertThat(throttle.admit("alice", "10.0.0.1")).isEqualTo(new Throttled(Duration.ofSeconds(15)));
    }

    @Test
    void beginsTheWindowWithTheFirstWrongPassword() {
        attempt(throttle.admit("alice", "10.0.0.1")).close();
        nanos.addAndGet(Duration.ofSeconds(45).toNanos());
        fail(3, "alice", "10.0.0.1");

        assertThat(throttle.admit("alice", "10.0.0.1")).isEqualTo(new Throttled(Duration.ofSeconds(60)));
    }

    @Test
    void countsWhatIsStillLookedAt() {
        var tries = Stream.generate(() -> throttle.admit("alice", "10.0.0.1"))
                .limit(3)
                .map(SignInThrottleTest::attempt)
                .toList();
        assertThat(throttle.admit("alice", "10.0.0.1")).isEqualTo(new Throttled(Duration.ofSeconds(1)));

        tries.forEach(Attempt::close);

        assertThat(isAdmitted("alice", "10.0.0.1")).isTrue();
    }

    private boolean isAdmitted(String name, String address) {
        if (throttle.admit(name, address) instanceof Attempt attempt) {
            attempt.close();
            return true;
        }
        return false;
    }

    private void fail(int times, String name, String address) {
        for (int i = 0; i < times; i++) {
            try (var attempt = attempt(throttle.admit(name, address))) {
                attempt.failed();
            }
        }
    }

    private static Attempt attempt(Admission admission) {
        return (Attempt) admission;
    }
}
