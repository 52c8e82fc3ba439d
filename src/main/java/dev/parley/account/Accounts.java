package dev.parley.account;

import dev.parley.account.SignInThrottle.Admission;
import dev.parley.protocol.InvalidField;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/**
 * Registers accounts and tells whether somebody is who they say. Waits for a hash and for the store, so it is called on
 * threads that may wait. A name or password that breaks the rules is an {@link InvalidField}, a store that is away a
 * {@link dev.parley.problem.Refused}.
 */
@ApplicationScoped
class Accounts {
    private final AccountStore store;
    private final Passwords passwords;
    private final SignInThrottle throttle;
    private final MeterRegistry metrics;

    Accounts(AccountStore store, Passwords passwords, SignInThrottle throttle, MeterRegistry metrics) {
        this.store = store;
        this.passwords = passwords;
        this.throttle = throttle;
        this.metrics = metrics;
    }

    /** The new account, committed; empty if the name is taken. */
    Optional<Account> register(Credentials credentials) {
        var name = AccountName.of(credentials.name());
        var hash = passwords.hash(Password.of(credentials.password()));
        var account = new Account(UUID.randomUUID(), name.display());
        if (!store.add(account, name.key(), hash)) {
            return Optional.empty();
        }
        metrics.counter("parley.account.registrations").increment();
        return Optional.of(account);
    }

    /** Whether the password is that of the name, for somebody who asks from an address. */
    SignIn signIn(Credentials credentials, String address) {
        var name = AccountName.of(credentials.name());
        var password = Password.of(credentials.password());
        var outcome = switch (throttle.admit(name.key(), address)) {
            case SignInThrottle.Attempt attempt -> check(name, password, attempt);
            case Admission.Throttled(var retryAfter) -> new SignIn.Throttled(retryAfter);
        };
        metrics.counter("parley.account.sign_ins", "outcome", outcome.tag()).increment();
        return outcome;
    }

    private SignIn check(AccountName name, Password password, SignInThrottle.Attempt attempt) {
        try (attempt) {
            var stored = store.find(name.key());
            if (passwords.matches(password, stored.map(AccountStore.Stored::passwordHash))) {
                return new SignIn.SignedIn(stored.orElseThrow().account());
            }
            attempt.failed();
            return new SignIn.Refused();
        }
    }

    /** How a sign-in ended. */
    sealed interface SignIn {
        /** The value of the metric's tag. */
        String tag();

        record SignedIn(Account account) implements SignIn {
            @Override
            public String tag() {
                return "signed_in";
            }
        }

        /** No such name, or not its password: the two are not told apart. */
        record Refused() implements SignIn {
            @Override
            public String tag() {
                return "refused";
            }
        }

        /** Too many wrong passwords lately; nothing was looked at. */
        record Throttled(Duration retryAfter) implements SignIn {
            @Override
            public String tag() {
                return "throttled";
            }
        }
    }
}
