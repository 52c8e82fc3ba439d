package dev.parley.account;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.account.TokenVerifier.Verdict;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.UUID;
import java.util.stream.Stream;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwk.RsaJsonWebKey;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.keys.HmacKey;
import org.jose4j.lang.JoseException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Row A2: every way to bring a token that is not ours. */
class TokensTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00.789Z");
    private static final SigningKey KEY = SigningKey.generate();
    private static final SigningKey OTHER_KEY = SigningKey.generate();
    private static final Account ALICE = new Account(UUID.randomUUID(), "Alice \ud83d\udc4b");

    private final Tokens tokens = at(Duration.ZERO);

    @Test
    void areGoodForTheWholeOfTheirLife() {
        var issued = tokens.issue(ALICE);
        assertThat(issued.expiresAt()).isEqualTo("2026-03-02T00:00:00Z");
        assertThat(at(Duration.ofMinutes(12 * 60 - 1)).verify(issued.token()))
                .isEqualTo(new Verdict.Valid(ALICE.id(), ALICE.name(), issued.expiresAt()));
    }

    @Test
    void areNeverTheSameTwice() {
        assertThat(tokens.issue(ALICE).token()).isNotEqualTo(tokens.issue(ALICE).token());
    }

    @Test
    void expire() {
        assertThat(at(Duration.ofHours(12).plusSeconds(31))
                        .verify(tokens.issue(ALICE).token()))
                .isEqualTo(new Verdict.Expired());
    }

    @Test
    void areAcceptedByANodeWhoseClockIsLate() {
        assertThat(at(Duration.ofSeconds(-20)).verify(tokens.issue(ALICE).token()))
                .isInstanceOf(Verdict.Valid.class);
    }

    @Test
    void fitTheLimitWithTheLongestName() {
        var longest = new Account(UUID.randomUUID(), "\ud83d\udc4b".repeat(64));
        assertThat(tokens.verify(tokens.issue(longest).token())).isInstanceOf(Verdict.Valid.class);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("forged")
    void refuse(String what, String token) {
        assertThat(tokens.verify(token)).isEqualTo(new Verdict.Forged());
    }

    static Stream<Arguments> forged() {
        var good = at(Duration.ZERO).issue(ALICE).token();
        var parts = good.split("\\.", -1);
        var expiredAndForeign = claims();
        expiredAndForeign.setExpirationTimeMinutesInTheFuture(-60 * 24 * 1000);
        return Stream.of(
                row("nothing", ""),
                row("dots", ".."),
                row("garbage", "not a token \ud83d\udc4b"),
                row("too long", good + "A".repeat(Tokens.MAX_LENGTH)),
                row("deep header", base64("[".repeat(2900)) + ".e30.AA"),
                row("no signature", parts[0] + "." + parts[1] + "."),
                row("two parts", parts[0] + "." + parts[1]),
                row(
                        "tampered claims",
                        parts[0] + "." + base64("{\"sub\":\"" + UUID.randomUUID() + "\"}") + "." + parts[2]),
                row("tampered signature", tampered(good)),
                row("alg none", base64("{\"alg\":\"none\",\"typ\":\"JWT\"}") + "." + parts[1] + "."),
                row("alg None", base64("{\"alg\":\"None\",\"typ\":\"JWT\"}") + "." + parts[1] + ".AA"),
                row("HS256 with the public key", hmac(KEY.publicKey().getEncoded())),
                row("HS256 with the public key's PEM", hmac(publicPem())),
                row("PS256", signed(claims(), KEY, "JWT", "PS256")),
                row("RS512", signed(claims(), KEY, "JWT", "RS512")),
                row("another key", signed(claims(), OTHER_KEY, "JWT", "RS256")),
                row("expired, by another key", signed(expiredAndForeign, OTHER_KEY, "JWT", "RS256")),
                row("its own key as jwk", withHeader("jwk", true)),
                row("jku", withHeader("jku", false)),
                row("x5u", withHeader("x5u", false)),
                row("another type", signed(claims(), KEY, "secevent+jwt", "RS256")),
                row("no type", signed(claims(), KEY, "", "RS256")),
                row("another issuer", signed(with("iss", "evil"), KEY, "JWT", "RS256")),
                row("another audience", signed(with("aud", "evil"), KEY, "JWT", "RS256")),
                row("not yet in force", signed(with("nbf", NOW.getEpochSecond() + 3600), KEY, "JWT", "RS256")),
                row("issued in the future", signed(with("iat", NOW.getEpochSecond() + 3600), KEY, "JWT", "RS256")),
                row("no expiry", signed(without("exp"), KEY, "JWT", "RS256")),
                row("no id", signed(without("jti"), KEY, "JWT", "RS256")),
                row("no subject", signed(without("sub"), KEY, "JWT", "RS256")),
                row("no issuer", signed(without("iss"), KEY, "JWT", "RS256")),
                row("no audience", signed(without("aud"), KEY, "JWT", "RS256")),
                row("no name", signed(without("name"), KEY, "JWT", "RS256")),
                row("a subject of no account", signed(with("sub", "root"), KEY, "JWT", "RS256")),
                row("a name that is none", signed(with("name", 7), KEY, "JWT", "RS256")),
                row("an expiry that is none", signed(with("exp", "soon"), KEY, "JWT", "RS256")));
    }

    private static Arguments row(String what, String token) {
        return Arguments.of(what, token);
    }

    private static Tokens at(Duration later) {
        return new Tokens(new FixedConfig(), KEY, Clock.fixed(NOW.plus(later), ZoneOffset.UTC));
    }

    private static JwtClaims claims() {
        var claims = new JwtClaims();
        claims.setIssuer("parley");
        claims.setAudience("parley");
        claims.setSubject(ALICE.id().toString());
        claims.setStringClaim("name", ALICE.name());
        claims.setClaim("iat", NOW.getEpochSecond());
        claims.setClaim("exp", NOW.getEpochSecond() + 3600);
        claims.setJwtId("1");
        return claims;
    }

    private static JwtClaims with(String claim, Object value) {
        var claims = claims();
        claims.setClaim(claim, value);
        return claims;
    }

    private static JwtClaims without(String claim) {
        var claims = claims();
        claims.unsetClaim(claim);
        return claims;
    }

    /** The table's good token: without it, all rows could be refused for one wrong reason. */
    @Test
    void acceptWhatTheTableStartsFrom() {
        assertThat(tokens.verify(signed(claims(), KEY, "JWT", "RS256"))).isInstanceOf(Verdict.Valid.class);
    }

    private static String signed(JwtClaims claims, SigningKey key, String type, String algorithm) {
        var signature = new JsonWebSignature();
        if (!type.isEmpty()) {
            signature.setHeader("typ", type);
        }
        signature.setAlgorithmHeaderValue(algorithm);
        signature.setKey(key.privateKey());
        return compact(signature, claims);
    }

    private static String withHeader(String header, boolean withKey) {
        var signature = new JsonWebSignature();
        signature.setHeader("typ", "JWT");
        signature.setAlgorithmHeaderValue(AlgorithmIdentifiers.RSA_USING_SHA256);
        if (withKey) {
            signature.setJwkHeader(new RsaJsonWebKey(OTHER_KEY.publicKey()));
            signature.setKey(OTHER_KEY.privateKey());
        } else {
            signature.setHeader(header, "http://127.0.0.1:1/keys");
            signature.setKey(KEY.privateKey());
        }
        return compact(signature, claims());
    }

    private static String hmac(byte[] secret) {
        var signature = new JsonWebSignature();
        signature.setHeader("typ", "JWT");
        signature.setAlgorithmConstraints(AlgorithmConstraints.NO_CONSTRAINTS);
        signature.setAlgorithmHeaderValue(AlgorithmIdentifiers.HMAC_SHA256);
        signature.setKey(new HmacKey(secret));
        return compact(signature, claims());
    }

    private static String compact(JsonWebSignature signature, JwtClaims claims) {
        signature.setPayload(claims.toJson());
        try {
            return signature.getCompactSerialization();
        } catch (JoseException wrong) {
            throw new AssertionError(wrong);
        }
    }

    private static byte[] publicPem() {
        var body = Base64.getMimeEncoder().encodeToString(KEY.publicKey().getEncoded());
        return ("-----BEGIN PUBLIC KEY-----\n" + body + "\n-----END PUBLIC KEY-----\n")
                .getBytes(StandardCharsets.UTF_8);
    }

    private static String tampered(String token) {
        int at = token.length() - 20;
        return token.substring(0, at) + (token.charAt(at) == 'A' ? 'B' : 'A') + token.substring(at + 1);
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
