package dev.parley.account;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.account.Accounts.SignIn;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.junit.jupiter.api.Test;

class AccountsTest {
    private static final Credentials ALICE = new Credentials("Alice", "correct horse");
    private static final Credentials GUESS = new Credentials("ALICE", "wrong horse");

    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final Accounts accounts = accounts();

    @Test
    void areFoundWithoutRegardToCase() {
        var alice = accounts.register(ALICE).orElseThrow();
        assertThat(accounts.signIn(new Credentials("aLICE", "correct horse"), "here"))
                .isEqualTo(new SignIn.SignedIn(alice));
    }

    @Test
    void stayWithWhoCameFirst() {
        accounts.register(ALICE);
        assertThat(accounts.register(GUESS)).isEmpty();
        assertThat(accounts.signIn(GUESS, "here")).isEqualTo(new SignIn.Refused());
    }

    @Test
    void areNotLookedUpForAGuesserEvenIfHeIsRightAtLast() {
        accounts.register(ALICE);
        for (int i = 0; i < 3; i++) {
            assertThat(accounts.signIn(GUESS, "there")).isEqualTo(new SignIn.Refused());
        }
        assertThat(accounts.signIn(ALICE, "there")).isInstanceOf(SignIn.Throttled.class);
        assertThat(accounts.signIn(ALICE, "here")).isInstanceOf(SignIn.SignedIn.class);
    }

    @Test
    void areCounted() {
        accounts.register(ALICE);
        accounts.register(ALICE);
        accounts.signIn(ALICE, "here");
        accounts.signIn(GUESS, "here");
        assertThat(metrics.counter("parley.account.registrations").count()).isEqualTo(1);
        assertThat(metrics.counter("parley.account.sign_ins", "outcome", "signed_in")
                        .count())
                .isEqualTo(1);
        assertThat(metrics.counter("parley.account.sign_ins", "outcome", "refused")
                        .count())
                .isEqualTo(1);
    }

    private Accounts accounts() {
        var config = new FixedConfig();
        return new Accounts(new InMemory(), new Passwords(config), new SignInThrottle(config), metrics);
    }

    private static final class InMemory implements AccountStore {
        private final ConcurrentMap<String, Stored> stored = new ConcurrentHashMap<>();

        @Override
        public boolean add(Account account, String nameKey, String passwordHash) {
            return stored.putIfAbsent(nameKey, new Stored(account, passwordHash)) == null;
        }

        @Override
        public Optional<Stored> find(String nameKey) {
            return Optional.ofNullable(stored.get(nameKey));
        }
    }
}
