package dev.parley.account;

import dev.parley.StartRefused;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.ErrorCodes;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumer;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.jwt.consumer.JwtContext;
import org.jose4j.lang.JoseException;

/** Parley's own tokens: JWTs signed with RS256 and nothing else. Any thread, event loops included. */
@Startup
@ApplicationScoped
public class Tokens implements TokenVerifier {
    /** Longer than any token of ours, short enough that parsing rubbish costs nothing. */
    static final int MAX_LENGTH = 4 * 1024;

    static final String TYPE = "JWT";
    static final String NAME = "name";

    /** Headers by which a token would bring or fetch its own key, or ask for rules that we do not know. */
    private static final List<String> FORBIDDEN_HEADERS = List.of("jwk", "jku", "x5u", "x5c", "crit", "b64", "zip");

    private static final AlgorithmConstraints RS256_ONLY =
            new AlgorithmConstraints(ConstraintType.PERMIT, AlgorithmIdentifiers.RSA_USING_SHA256);

    private final AccountConfig config;
    private final SigningKey key;
    private final Clock clock;

    Tokens(AccountConfig config, SigningKey key, Clock clock) {
        if (config.tokenLife().compareTo(Duration.ofSeconds(1)) < 0) {
            throw new StartRefused("parley.account.token-life must be a second or more");
        }
        this.config = config;
        this.key = key;
        this.clock = clock;
    }

    /** A fresh token, in force from now for the configured life. */
    public SignedToken issue(Account account) {
        var now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        var expiresAt = now.plus(config.tokenLife());
        var claims = new JwtClaims();
        claims.setIssuer(config.issuer());
        claims.setAudience(config.audience());
        claims.setSubject(account.id().toString());
        claims.setStringClaim(NAME, account.name());
        claims.setIssuedAt(NumericDate.fromSeconds(now.getEpochSecond()));
        claims.setExpirationTime(NumericDate.fromSeconds(expiresAt.getEpochSecond()));
        claims.setJwtId(UUID.randomUUID().toString());
        return new SignedToken(sign(claims), expiresAt);
    }

    private String sign(JwtClaims claims) {
        var signature = new JsonWebSignature();
        signature.setAlgorithmHeaderValue(AlgorithmIdentifiers.RSA_USING_SHA256);
        signature.setKeyIdHeaderValue(key.id());
        signature.setHeader("typ", TYPE);
        signature.setKey(key.privateKey());
        signature.setPayload(claims.toJson());
        try {
            return signature.getCompactSerialization();
        } catch (JoseException cannotSign) {
            throw new IllegalStateException("The key " + key.id() + " cannot sign tokens", cannotSign);
        }
    }

    @Override
    public Verdict verify(String token) {
        if (token.length() > MAX_LENGTH
                || !StandardCharsets.US_ASCII.newEncoder().canEncode(token)) {
            return new Verdict.Forged();
        }
        try {
            var context = consumer().process(token);
            return bringsItsOwnRules(context) ? new Verdict.Forged() : verdict(context.getJwtClaims());
        } catch (InvalidJwtException refused) {
            return onlyExpired(refused) ? new Verdict.Expired() : new Verdict.Forged();
        } catch (MalformedClaimException | IllegalArgumentException notOurs) {
            return new Verdict.Forged();
        }
    }

    /** Made anew for each token, since the moment of judgement is part of it; it is a handful of small objects. */
    private JwtConsumer consumer() {
        int skew = (int) config.clockSkew().toSeconds();
        return new JwtConsumerBuilder()
                .setJwsAlgorithmConstraints(RS256_ONLY)
                .setVerificationKey(key.publicKey())
                .setExpectedType(true, TYPE)
                .setExpectedIssuer(config.issuer())
                .setExpectedAudience(config.audience())
                .setRequireSubject()
                .setRequireJwtId()
                .setRequireExpirationTime()
                .setRequireIssuedAt()
                .setIssuedAtRestrictions(skew, Integer.MAX_VALUE)
                .setAllowedClockSkewInSeconds(skew)
                .setEvaluationTime(NumericDate.fromMilliseconds(clock.millis()))
                .build();
    }

    private static boolean bringsItsOwnRules(JwtContext context) {
        return context.getJoseObjects().size() != 1
                || FORBIDDEN_HEADERS.stream()
                        .anyMatch(header ->
                                context.getJoseObjects().getFirst().getHeaders().getObjectHeaderValue(header) != null);
    }

    private static Verdict verdict(JwtClaims claims) throws MalformedClaimException {
        var name = Optional.ofNullable(claims.getStringClaimValue(NAME));
        if (name.isEmpty()) {
            return new Verdict.Forged();
        }
        var expiresAt = Instant.ofEpochSecond(claims.getExpirationTime().getValue());
        return new Verdict.Valid(UUID.fromString(claims.getSubject()), name.get(), expiresAt);
    }

    /** The signature is looked at before the claims: an expired token is known to be ours. */
    private static boolean onlyExpired(InvalidJwtException refused) {
        return !refused.getErrorDetails().isEmpty()
                && refused.getErrorDetails().stream().allMatch(error -> error.getErrorCode() == ErrorCodes.EXPIRED);
    }
}
