package dev.parley.account;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;

/** Signs tokens with the key of the program under test, or with one of its own. */
@ApplicationScoped
public class Mint {
    private final AccountConfig config;
    private final SigningKey key;

    Mint(AccountConfig config, SigningKey key) {
        this.config = config;
        this.key = key;
    }

    /** A token of which so much life is left; negative if its time is over. */
    public String tokenFor(String account, Duration left) {
        var issuedAt = Clock.offset(Clock.systemUTC(), left.minus(config.tokenLife()));
        return issue(key, issuedAt, account);
    }

    /** A token that is all right but for its signature. */
    public String forged(String account) {
        return issue(SigningKey.generate(), Clock.systemUTC(), account);
    }

    private String issue(SigningKey signer, Clock clock, String account) {
        return new Tokens(config, signer, clock)
                .issue(new Account(UUID.fromString(account), "minted"))
                .token();
    }
}
