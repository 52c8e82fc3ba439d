package dev.parley.account;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** What an operator may set about accounts and tokens. */
@ConfigMapping(prefix = "parley.account")
interface AccountConfig {
    /**
     * How long a token is good for. A client signs in again before that; a connection whose token runs out is closed.
     */
    @WithDefault("12h")
    Duration tokenLife();

    /** How far the clocks of two nodes may be apart before a token is too new or too old. */
    @WithDefault("30s")
    Duration clockSkew();

    /** Who signed a token ({@code iss}). Tokens of another issuer are refused, so two installations do not mix. */
    @WithDefault("parley")
    String issuer();

    /** Whom a token is for ({@code aud}). */
    @WithDefault("parley")
    String audience();

    /**
     * The RSA private key (PKCS#8, PEM) that signs tokens: the text itself or the path of a file. All nodes need the
     * same one. Without it a key is made on the first start and kept in {@link #keyDirectory()}.
     */
    Optional<String> signingKey();

    /** Where a generated key is kept: beside the embedded database, so that both live and go together. */
    @WithDefault("${parley.database.embedded.directory:.parley}")
    Path keyDirectory();

    /**
     * bcrypt's cost: each step doubles the work of a sign-in and of an attack. A password hashed at another cost still
     * verifies.
     */
    @WithDefault("10")
    int bcryptCost();

    /** How long a request may wait for a free core to hash on before it is told to come back. */
    @WithDefault("5s")
    Duration hashingWait();

    /** How long a request may wait for the database before it is told to come back. */
    @WithDefault("5s")
    Duration databaseWait();

    /** How many wrong passwords for one name from one address are looked at within {@link #failureWindow()}. */
    @WithDefault("10")
    int failuresPerNameAndAddress();

    /** How many wrong passwords for one name, from anywhere: what a guesser with many addresses gets. */
    @WithDefault("100")
    int failuresPerName();

    /** How many wrong passwords from one address, for any name. Generous: an office may share one address. */
    @WithDefault("300")
    int failuresPerAddress();

    /** How long a wrong password counts. */
    @WithDefault("1m")
    Duration failureWindow();
}
