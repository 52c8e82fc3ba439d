package dev.parley.account;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Base64;

/**
 * The key that signs tokens, with the half that verifies them.
 *
 * @param id names the key in a token's header ({@code kid}); follows from the public half, so all nodes agree on it
 */
record SigningKey(String id, PrivateKey privateKey, RSAPublicKey publicKey) {
    static final int MIN_BITS = 2048;

    private static final String BEGIN = "-----BEGIN PRIVATE KEY-----";
    private static final String END = "-----END PRIVATE KEY-----";

    /** A new key. Takes some tenths of a second. */
    static SigningKey generate() {
        try {
            var generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(MIN_BITS);
            return of((RSAPrivateCrtKey) generator.generateKeyPair().getPrivate());
        } catch (GeneralSecurityException noRsa) {
            throw new IllegalStateException("This JDK cannot make RSA keys", noRsa);
        }
    }

    /** Throws {@link IllegalArgumentException} that says what is wrong and shows nothing of the text. */
    static SigningKey fromPem(String pem) {
        int begin = pem.indexOf(BEGIN);
        int end = pem.indexOf(END);
        if (begin < 0 || end < begin) {
            throw new IllegalArgumentException("not a PKCS#8 private key in PEM (" + BEGIN + " …)");
        }
        // An environment variable often carries its line breaks as the two characters \n.
        var body = pem.substring(begin + BEGIN.length(), end).replace("\\n", "").replaceAll("\\s", "");
        try {
            var spec = new PKCS8EncodedKeySpec(Base64.getDecoder().decode(body));
            return of((RSAPrivateCrtKey) KeyFactory.getInstance("RSA").generatePrivate(spec));
        } catch (GeneralSecurityException | ClassCastException | IllegalArgumentException _) {
            throw new IllegalArgumentException("not an RSA private key of at least " + MIN_BITS + " bits");
        }
    }

    String toPem() {
        var body = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(privateKey.getEncoded());
        return BEGIN + "\n" + body + "\n" + END + "\n";
    }

    private static SigningKey of(RSAPrivateCrtKey secret) throws GeneralSecurityException {
        if (secret.getModulus().bitLength() < MIN_BITS) {
            throw new IllegalArgumentException("too short");
        }
        var spec = new RSAPublicKeySpec(secret.getModulus(), secret.getPublicExponent());
        var open = (RSAPublicKey) KeyFactory.getInstance("RSA").generatePublic(spec);
        var digest = MessageDigest.getInstance("SHA-256").digest(open.getEncoded());
        return new SigningKey(Base64.getUrlEncoder().withoutPadding().encodeToString(digest), secret, open);
    }

    @Override
    public String toString() {
        return "SigningKey[" + id + "]";
    }
}
