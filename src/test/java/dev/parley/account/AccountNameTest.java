package dev.parley.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.protocol.InvalidField;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccountNameTest {
    @Test
    void isShownTrimmedAndComposed() {
        assertThat(AccountName.of("  Zoe\u0308 \t").display()).isEqualTo("Zo\u00eb");
    }

    @ParameterizedTest
    @CsvSource({
        "alice, ALICE",
        "Zo\u00eb, ZOE\u0308",
        "\uff41lice, alice",
        "\u2460, 1",
        "I, i",
        "\u00c4\u00d6\u00dc, \u00e4\u00f6\u00fc",
        "'bob\u00a0', bob",
        "\u212a, k"
    })
    void isTheSameWithoutRegardToCaseAndForm(String one, String other) {
        assertThat(AccountName.of(one).key()).isEqualTo(AccountName.of(other).key());
    }

    @Test
    void keepsItsKeyWhenTheKeyIsTakenAgain() {
        var name = AccountName.of("\u1e9e\u0130\u03a3 \ufdfa");
        assertThat(AccountName.of(name.key()).key()).isEqualTo(name.key());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'; drop table account; --",
                "<script>alert(1)</script>",
                "${jndi:ldap://127.0.0.1/x}",
                "%s%n{}",
                "\\r\\n",
                "\ud83d\udc4b\ud83c\udffd",
                "../../etc/passwd"
            })
    void mayHoldWhatIsOnlyDangerousToThePrograms(String text) {
        assertThat(AccountName.of(text).display()).isEqualTo(text);
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "",
                "   ",
                "\u00a0",
                "a\0b",
                "a\r\nb",
                "a\u001b[31m",
                "a\u2028b",
                "a\u0085b",
                "\ud83d",
                "a\udc4b",
            })
    void refusesWhatCannotBeShownOrStored(String text) {
        assertThatThrownBy(() -> AccountName.of(text)).isInstanceOf(InvalidField.class);
    }

    @Test
    void countsCharactersAndNotTheirUnits() {
        var waving = "\ud83d\udc4b";
        assertThat(AccountName.of(waving.repeat(64)).display()).hasSize(128);
        assertThatThrownBy(() -> AccountName.of(waving.repeat(65))).hasMessage("name must have 1 to 64 characters");
    }
}
