package dev.parley.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.cluster.Wakeup.Attached;
import dev.parley.cluster.Wakeup.General;
import dev.parley.cluster.Wakeup.Grown;
import dev.parley.cluster.Wakeup.Typing;
import dev.parley.cluster.WakeupText.Told;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WakeupTextTest {
    private static final int LONGEST = 7999;
    private static final UUID NODE = UUID.randomUUID();
    private static final UUID ROOM = UUID.fromString("5b2ff2f4-6b48-4d4e-8a4d-2f1c3cf6a001");
    private static final UUID ALICE = UUID.fromString("5b2ff2f4-6b48-4d4e-8a4d-2f1c3cf6a002");

    @Test
    void isReadAsItWasWritten() {
        List<Wakeup> all = List.of(
                new Grown(ROOM, 17),
                new Grown(ALICE, Long.MAX_VALUE),
                new Typing(ROOM, ALICE, true),
                new Typing(ROOM, ALICE, false),
                new Attached(ALICE, 3),
                General.HERE,
                General.SESSIONS_ENDED,
                General.MUCH);

        var texts = WakeupText.write(NODE, all, LONGEST);

        assertThat(texts).hasSize(1);
        assertThat(WakeupText.read(texts.getFirst())).hasValue(new Told(NODE, all, 0));
    }

    @Test
    void looksAsItIsDescribed() {
        assertThat(WakeupText.write(NODE, List.of(new Grown(ROOM, 17), new Typing(ROOM, ALICE, true)), LONGEST))
                .containsExactly("1 " + NODE + " g:" + ROOM + ":17 t:" + ROOM + ":" + ALICE + ":on");
    }

    @Test
    void saysByWhomThoughThereIsNothingToSay() {
        assertThat(WakeupText.write(NODE, List.of(), LONGEST)).containsExactly("1 " + NODE);
    }

    @Test
    void isSplitIntoTextsThatPostgresTakes() {
        var many = IntStream.range(0, 1000)
                .<Wakeup>mapToObj(_ -> new Grown(UUID.randomUUID(), Long.MAX_VALUE))
                .toList();

        var texts = WakeupText.write(NODE, many, LONGEST);

        assertThat(texts).hasSizeBetween(2, 9).allMatch(text -> text.getBytes(UTF_8).length < 8000);
        assertThat(texts.stream()
                        .map(text -> WakeupText.read(text).orElseThrow())
                        .flatMap(told -> told.wakeups().stream()))
                .containsExactlyElementsOf(many);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "1",
                "1 ",
                "1 somebody g:5b2ff2f4-6b48-4d4e-8a4d-2f1c3cf6a001:1",
                "2 5b2ff2f4-6b48-4d4e-8a4d-2f1c3cf6a001",
                "{\"node\":1}",
                "\u0000"
            })
    void isNothingIfItDoesNotSayByWhom(String text) {
        assertThat(WakeupText.read(text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "g",
                "g:",
                "g::",
                "g:5b2ff2f4-6b48-4d4e-8a4d-2f1c3cf6a001",
                "g:5b2ff2f4-6b48-4d4e-8a4d-2f1c3cf6a001:",
                "g:5b2ff2f4-6b48-4d4e-8a4d-2f1c3cf6a001:0",
                "g:5b2ff2f4-6b48-4d4e-8a4d-2f1c3cf6a001:-1",
                "g:5b2ff2f4-6b48-4d4e-8a4d-2f1c3cf6a001:9223372036854775808",
                "g:5b2ff2f4-6b48-4d4e-8a4d-2f1c3cf6a001:1:2",
                "g:1-1-1-1-1:1",
                "g:zb2ff2f4-6b48-4d4e-8a4d-2f1c3cf6a001:1",
                "t:5b2ff2f4-6b48-4d4e-8a4d-2f1c3cf6a001:5b2ff2f4-6b48-4d4e-8a4d-2f1c3cf6a002:maybe",
                "a:5b2ff2f4-6b48-4d4e-8a4d-2f1c3cf6a001:x",
                "ended:1",
                "news:of:tomorrow"
            })
    void passesOverWhatIsNotUnderstood(String word) {
        var text = "1 " + NODE + " " + word + " g:" + ROOM + ":17";

        assertThat(WakeupText.read(text)).hasValue(new Told(NODE, List.of(new Grown(ROOM, 17)), 1));
    }
}
