package dev.parley.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.parley.account.Accounts.SignIn;
import dev.parley.problem.Refused;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AccountsTest {
    private static final Credentials ALICE = new Credentials("Alice", "correct horse");
    private static final Credentials GUESS = new Credentials("ALICE", "wrong horse");

    private static final int TRIES_AT_ONCE = 200;

    private final InMemory store = new InMemory();
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
    void lookAtNoMoreThanTheLimitOfTriesAtOnce() {
        accounts.register(ALICE);
        store.gate = new CountDownLatch(1);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var tries = Stream.generate(() -> threads.submit(() -> accounts.signIn(GUESS, "there")))
                    .limit(TRIES_AT_ONCE)
                    .toList();
            await("each is refused or looked at")
                    .until(() -> tries.stream().filter(Future::isDone).count() + store.lookedUp.get() >= TRIES_AT_ONCE);
            store.gate.countDown();
            var outcomes = tries.stream().map(AccountsTest::outcome).toList();

            assertThat(store.lookedUp).hasValue(3);
            assertThat(outcomes).filteredOn(new SignIn.Refused()::equals).hasSize(3);
            assertThat(outcomes).filteredOn(SignIn.Throttled.class::isInstance).hasSize(TRIES_AT_ONCE - 3);
        }
    }

    @Test
    void areNotToBlameForADatabaseThatIsAway() {
        accounts.register(ALICE);
        store.away = true;
        for (int i = 0; i < 10; i++) {
            assertThatThrownBy(() -> accounts.signIn(ALICE, "here")).isInstanceOf(Refused.class);
        }
        store.away = false;

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

    private static SignIn outcome(Future<SignIn> tried) {
        try {
            return tried.get();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private Accounts accounts() {
        var config = new FixedConfig();
        return new Accounts(store, new Passwords(config), new SignInThrottle(config), metrics);
    }

    private static final class InMemory implements AccountStore {
        private final ConcurrentMap<String, Stored> stored = new ConcurrentHashMap<>();
        private final AtomicInteger lookedUp = new AtomicInteger();
        private volatile CountDownLatch gate = new CountDownLatch(0);
        private boolean away;

        @Override
        public boolean add(Account account, String nameKey, String passwordHash) {
            return stored.putIfAbsent(nameKey, new Stored(account, passwordHash)) == null;
        }

        @Override
        public Optional<Stored> find(String nameKey) {
            lookedUp.incrementAndGet();
            try {
                gate.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            if (away) {
                throw Refused.unavailable("away");
            }
            return Optional.ofNullable(stored.get(nameKey));
        }
    }
}
