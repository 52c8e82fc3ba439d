package dev.parley.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.problem.Refused;
import dev.parley.protocol.InvalidField;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordsTest {
    private final Passwords passwords = new Passwords(new FixedConfig());

    @Test
    void matchWhatTheyWereHashedFrom() {
        var hash = Optional.of(passwords.hash(Password.of("correct horse")));
        assertThat(passwords.matches(Password.of("correct horse"), hash)).isTrue();
        assertThat(passwords.matches(Password.of("correct Horse"), hash)).isFalse();
    }

    @Test
    void matchFromAnotherKeyboard() {
        var hash = Optional.of(passwords.hash(Password.of("gr\u00fc\u00dfe \ud83d\udc4b")));
        assertThat(passwords.matches(Password.of("gru\u0308\u00dfe \ud83d\udc4b"), hash))
                .isTrue();
    }

    @Test
    void differInTheirLastByte() {
        var hash = Optional.of(passwords.hash(Password.of("x".repeat(71) + "a")));
        assertThat(passwords.matches(Password.of("x".repeat(71) + "b"), hash)).isFalse();
    }

    @Test
    void neverMatchForNobody() {
        assertThat(passwords.matches(Password.of("correct horse"), Optional.empty()))
                .isFalse();
    }

    @Test
    void giveUpWaitingForATurn() {
        var noTurns = new Passwords(new FixedConfig("parley", "parley", Duration.ofMillis(20)), 0);
        assertThatThrownBy(() -> noTurns.hash(Password.of("correct horse"))).isInstanceOf(Refused.class);
    }

    @Test
    void hideFromLogs() {
        assertThat(Password.of("correct horse").toString()).doesNotContain("horse");
        assertThat(new Credentials("alice", "correct horse").toString()).doesNotContain("horse");
    }

    @Test
    void areCountedInBytes() {
        assertThatCode(() -> Password.of("\u00e4".repeat(36))).doesNotThrowAnyException();
        assertThatThrownBy(() -> Password.of("\u00e4".repeat(37)))
                .isInstanceOf(InvalidField.class)
                .hasMessageContaining("72");
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "seven77", "with\0nul in it", "half a pair \ud83d"})
    void areRefusedWhenBcryptCouldNotTellThemApart(String text) {
        assertThatThrownBy(() -> Password.of(text)).isInstanceOf(InvalidField.class);
    }
}
