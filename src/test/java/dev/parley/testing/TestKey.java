package dev.parley.testing;

import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.util.Base64;

/** A key that signs tokens, as an operator makes one for all nodes of a cluster. */
public final class TestKey {
    private static final int BITS = 2048;
    private static final int LINE = 64;

    private TestKey() {}

    /** A new one, as PEM. */
    public static String pem() {
        try {
            var generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(BITS);
            var base64 = Base64.getMimeEncoder(LINE, new byte[] {'\n'})
                    .encodeToString(generator.generateKeyPair().getPrivate().getEncoded());
            return "-----BEGIN PRIVATE KEY-----\n" + base64 + "\n-----END PRIVATE KEY-----\n";
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }
}
