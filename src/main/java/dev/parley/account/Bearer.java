package dev.parley.account;

import dev.parley.account.TokenVerifier.Verdict;
import dev.parley.problem.Refused;
import dev.parley.protocol.ErrorCode;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Whom a REST request comes from, by the token in its {@code Authorization}. Any thread, without waiting. */
@ApplicationScoped
public class Bearer {
    private static final String SCHEME = "Bearer ";

    private final TokenVerifier tokens;

    Bearer(TokenVerifier tokens) {
        this.tokens = tokens;
    }

    /**
     * The account that signed in.
     *
     * @throws Refused if there is no token, or none that is good
     */
    public UUID account(@Nullable String authorization) {
        var token = token(authorization)
                .orElseThrow(() -> new Refused(ErrorCode.UNAUTHORIZED, "A token is missing: Authorization: Bearer …"));
        return switch (tokens.verify(token)) {
            case Verdict.Valid valid -> valid.accountId();
            case Verdict.Expired() -> throw new Refused(ErrorCode.TOKEN_EXPIRED, "The token has expired");
            case Verdict.Forged() -> throw new Refused(ErrorCode.UNAUTHORIZED, "Not a valid token");
        };
    }

    private static Optional<String> token(@Nullable String authorization) {
        return authorization != null && authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                ? Optional.of(authorization.substring(SCHEME.length()).strip())
                : Optional.empty();
    }
}
