package dev.parley.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.StartRefused;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseUrlTest {
    private static DatabaseUrl parse(String url) {
        return DatabaseUrl.parse(url, Optional.empty(), Optional.empty());
    }

    @Test
    void becomesThePropertiesOfBothDrivers() {
        assertThat(parse("postgresql://ann:secret@db.example:6432/chat").properties())
                .containsOnly(
                        Map.entry("quarkus.datasource.reactive.url", "postgresql://db.example:6432/chat"),
                        Map.entry("quarkus.datasource.jdbc.url", "jdbc:postgresql://db.example:6432/chat"),
                        Map.entry("quarkus.datasource.username", "ann"),
                        Map.entry("quarkus.datasource.password", "secret"));
    }

    @Test
    void hasTheUsualPortUnlessItNamesAnother() {
        assertThat(parse("postgres://ann@db/chat").port()).isEqualTo(5432);
    }

    @Test
    void decodesUserPasswordAndDatabase() {
        DatabaseUrl url = parse("postgresql://a%40b:p%2Fw%3A+%C3%A4@db/my%20chat");

        assertThat(url.user()).isEqualTo("a@b");
        assertThat(url.password()).contains("p/w:+ä");
        assertThat(url.database()).isEqualTo("my chat");
        assertThat(url.properties())
                .containsEntry("quarkus.datasource.jdbc.url", "jdbc:postgresql://db:5432/my%20chat");
    }

    @Test
    void toleratesAnAtSignInThePassword() {
        assertThat(parse("postgresql://ann:p@ss@db/chat").password()).contains("p@ss");
    }

    @Test
    void readsAnIpv6Host() {
        DatabaseUrl url = parse("postgresql://ann@[::1]:6432/chat");

        assertThat(url.properties()).containsEntry("quarkus.datasource.reactive.url", "postgresql://[::1]:6432/chat");
    }

    @Test
    void passesParametersOnThatBothDriversKnow() {
        assertThat(parse("postgresql://ann@db/chat?sslmode=require&options=-c%20geqo%3Doff")
                        .properties())
                .containsEntry(
                        "quarkus.datasource.reactive.url",
                        "postgresql://db:5432/chat?options=-c%20geqo%3Doff&sslmode=require");
    }

    @Test
    void letsUserAndPasswordOfTheirOwnWin() {
        DatabaseUrl url =
                DatabaseUrl.parse("postgresql://ann:secret@db/chat", Optional.of("bob"), Optional.of("other"));

        assertThat(url.user()).isEqualTo("bob");
        assertThat(url.password()).contains("other");
    }

    @Test
    void doesWithoutAPassword() {
        assertThat(parse("postgresql://ann@db/chat").properties()).doesNotContainKey("quarkus.datasource.password");
    }

    @Test
    void keepsThePasswordOutOfItsText() {
        assertThat(parse("postgresql://ann:secret@db/chat")).hasToString("postgresql://ann@db:5432/chat");
    }

    @Test
    void namesTheVariableThatIsMissing() {
        assertThatThrownBy(() -> parse("postgresql://db/chat")).hasMessageContaining("DB_USER");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "jdbc:postgresql://ann:secret@db/chat",
                "mysql://ann:secret@db/chat",
                "postgresql://ann:secret@db",
                "postgresql://ann:secret@db/",
                "postgresql://ann:secret@/chat",
                "postgresql://ann:secret@db:port/chat",
                "postgresql://ann:secret@db:0/chat",
                "postgresql://ann:secret@db:70000/chat",
                "postgresql://ann:secret/@db/chat",
                "postgresql://ann:secret%zz@db/chat",
                "postgresql://ann:secret@db/chat?sslmod=require",
                "postgresql://ann:secret@db/chat#top",
            })
    void refusesWhatItCannotReadWithoutQuotingThePassword(String url) {
        assertThatThrownBy(() -> parse(url))
                .isInstanceOf(StartRefused.class)
                .hasMessageContaining("DB_URL")
                .hasMessageNotContaining("secret")
                .hasNoCause();
    }
}
