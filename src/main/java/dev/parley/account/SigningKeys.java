package dev.parley.account;

import dev.parley.StartRefused;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/** Finds the key that signs tokens, at start: a key that cannot be used stops the start and names its property. */
class SigningKeys {
    private static final Logger LOG = Logger.getLogger(SigningKeys.class);
    private static final String PROPERTY = "parley.account.signing-key";

    @Produces
    @Singleton
    @Startup
    SigningKey signingKey(
            AccountConfig config,
            @ConfigProperty(name = "parley.embedded-postgres.running") Optional<String> embeddedDatabase) {
        var configured = config.signingKey();
        if (configured.isPresent()) {
            return configured(configured.get());
        }
        if (embeddedDatabase.isEmpty()) {
            LOG.warnf(
                    "No %s is set: tokens are signed with a key of this node only. Several nodes on one database"
                            + " need one shared PARLEY_ACCOUNT_SIGNING_KEY.",
                    PROPERTY);
        }
        return kept(new SigningKeyFile(config.keyDirectory()));
    }

    static SigningKey configured(String keyOrPath) {
        try {
            return SigningKey.fromPem(
                    keyOrPath.contains("-----BEGIN") ? keyOrPath : Files.readString(Path.of(keyOrPath)));
        } catch (IOException | InvalidPathException _) {
            // Neither the value nor the cause is shown: what was meant as a key must not end in a log.
            throw new StartRefused(PROPERTY + " is neither a PEM text nor a file that can be read");
        } catch (IllegalArgumentException notAKey) {
            throw new StartRefused(PROPERTY + ": " + notAKey.getMessage(), notAKey);
        }
    }

    private static SigningKey kept(SigningKeyFile file) {
        try {
            return file.readOrCreate();
        } catch (IOException notKept) {
            throw new StartRefused(
                    "No key for tokens can be kept in " + file.path() + ": set " + PROPERTY
                            + " or make parley.account.key-directory writable",
                    notKept);
        } catch (IllegalArgumentException notAKey) {
            throw new StartRefused(file.path() + ": " + notAKey.getMessage(), notAKey);
        }
    }
}
