package dev.parley.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.StartRefused;
import io.vertx.core.MultiMap;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GuardTest {
    private static final String TOKEN = "correct-horse-16";

    private final Guard own = new Guard(Optional.empty(), true);
    private final Guard ownWithToken = new Guard(Optional.of(TOKEN), true);
    private final Guard others = new Guard(Optional.of(TOKEN), false);
    private final Guard shut = new Guard(Optional.empty(), false);

    @ParameterizedTest
    @CsvSource(nullValues = "-", textBlock = """
            localhost,         -,                     -,           -
            LOCALHOST,         -,                     -,           -
            127.0.0.1,         -,                     -,           -
            127.1.2.3,         -,                     -,           -
            ::1,               -,                     -,           -
            [::1],             -,                     -,           -
            localhost,         -,                     none,        -
            localhost,         -,                     same-origin, -
            localhost,         -,                     same-site,   WEB_PAGE
            localhost,         -,                     cross-site,  WEB_PAGE
            localhost,         https://evil.example,  -,           WEB_PAGE
            localhost,         http://localhost:9000, same-origin, WEB_PAGE
            localhost,         null,                  -,           WEB_PAGE
            localhost,         '',                    -,           WEB_PAGE
            evil.example,      -,                     same-origin, FOREIGN_HOST
            localhost.evil.io, -,                     -,           FOREIGN_HOST
            127.0.0.1.nip.io,  -,                     -,           FOREIGN_HOST
            10.0.0.1,          -,                     -,           FOREIGN_HOST
            0.0.0.0,           -,                     -,           FOREIGN_HOST
            -,                 -,                     -,           FOREIGN_HOST
            """)
    void letsProgramsOfThisMachineInButNoPages(
            @Nullable String host, @Nullable String origin, @Nullable String site, @Nullable Denial denial) {
        var headers = MultiMap.caseInsensitiveMultiMap();
        if (origin != null) {
            headers.set("Origin", origin);
        }
        if (site != null) {
            headers.set("Sec-Fetch-Site", site);
        }

        assertThat(own.judge(headers, host)).isEqualTo(Optional.ofNullable(denial));
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", textBlock = """
            Bearer correct-horse-16,   -
            bearer correct-horse-16,   -
            Bearer  correct-horse-16,  -
            Bearer correct-horse-17,   WRONG_TOKEN
            Bearer correct-horse-1,    WRONG_TOKEN
            Bearer correct-horse-166,  WRONG_TOKEN
            Bearer CORRECT-HORSE-16,   WRONG_TOKEN
            'Bearer ',                 WRONG_TOKEN
            Bearer,                    WRONG_TOKEN
            Basic correct-horse-16,    WRONG_TOKEN
            correct-horse-16,          WRONG_TOKEN
            -,                         WRONG_TOKEN
            """)
    void asksForTheTokenWhereOneIsSet(@Nullable String authorization, @Nullable Denial denial) {
        var headers = MultiMap.caseInsensitiveMultiMap();
        if (authorization != null) {
            headers.set("Authorization", authorization);
        }

        assertThat(others.judge(headers, "parley.example")).isEqualTo(Optional.ofNullable(denial));
        assertThat(ownWithToken.judge(headers, "localhost")).isEqualTo(Optional.ofNullable(denial));
    }

    @Test
    void keepsPagesOutOfThisMachinesPortWhateverTheyKnow() {
        var headers = MultiMap.caseInsensitiveMultiMap()
                .set("Authorization", "Bearer " + TOKEN)
                .set("Origin", "http://localhost:3000");

        assertThat(ownWithToken.judge(headers, "localhost")).contains(Denial.WEB_PAGE);
    }

    @Test
    void letsNobodyInToAPortForOthersWithoutAToken() {
        var headers = MultiMap.caseInsensitiveMultiMap().set("Authorization", "Bearer " + TOKEN);

        assertThat(shut.isShut()).isTrue();
        assertThat(shut.judge(headers, "localhost")).contains(Denial.NO_TOKEN_SET);
        assertThat(Denial.NO_TOKEN_SET.detail()).contains("parley.ops.token", "PARLEY_OPS_TOKEN");
    }

    @ParameterizedTest
    @ValueSource(strings = {"short", "fifteen-letters", "with a space in it", "sixteen-l\u00e4tters-"})
    void refusesTheStartWithABadTokenAndDoesNotTellIt(String token) {
        assertThatThrownBy(() -> new Guard(Optional.of(token), false))
                .isInstanceOf(StartRefused.class)
                .hasMessageContainingAll("parley.ops.token", "PARLEY_OPS_TOKEN", "16")
                .hasMessageNotContaining(token);
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, true",
        "localhost, true",
        "::1,       true",
        "0.0.0.0,   false",
        "::,        false",
        "10.0.0.1,  false",
        "no.such.host.invalid, false"
    })
    void knowsWhichPortIsThisMachinesOwn(String host, boolean own) {
        assertThat(OpsRouter.isLoopback(host)).isEqualTo(own);
    }
}
