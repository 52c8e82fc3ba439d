package dev.parley.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.protocol.FrameReader.Read;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FrameReaderTest {
    private static final String ROOM = "3f1b7c52-2a4d-4a1e-9a4e-0b7a5d3c9f10";

    @Test
    void readsFrameWithWhatItKnowsAndIgnoresTheRest() {
        var read = FrameReader.read("""
                {"type":"send","id":"17","room":"%s","cid":"c1","body":"grüße 👋","new_field":{"a":[1,2]}}""".formatted(ROOM));

        assertThat(read)
                .isEqualTo(new Read.Understood(
                        new ClientFrame.Send("17", UUID.fromString(ROOM), "c1", "grüße 👋", null, null)));
    }

    @Test
    void hasAnAnswerToWhateverItReads() {
        var seeds = List.of(
                "{\"type\":\"send\",\"id\":\"17\",\"room\":\"" + ROOM
                        + "\",\"cid\":\"c1\",\"body\":\"grüße 👋\",\"reply_to\":3}",
                "{\"type\":\"hello\",\"token\":\"t\",\"window\":5,\"resume\":{\"session\":\"" + ROOM
                        + "\",\"secret\":\"s\",\"rooms\":{\"" + ROOM + "\":7}}}",
                "{\"type\":\"ack\",\"cursors\":{\"" + ROOM + "\":12345678901}}");
        var random = new Random(20261125);
        for (int i = 0; i < 30_000; i++) {
            var text = mutant(seeds.get(i % seeds.size()), random);
            switch (FrameReader.read(text)) {
                case Read.Understood(var frame) -> assertThat(frame).isNotNull();
                case Read.Refused(var re, var code, var message) ->
                    assertThat(FrameWriter.write(ServerFrame.Failed.of(re, code, message)))
                            .isNotEmpty();
            }
        }
    }

    /** A few characters lost, doubled or taken from elsewhere. */
    private static String mutant(String seed, Random random) {
        var text = new StringBuilder(seed);
        for (int n = random.nextInt(1, 5); n > 0 && !text.isEmpty(); n--) {
            int at = random.nextInt(text.length());
            switch (random.nextInt(4)) {
                case 0 -> text.deleteCharAt(at);
                case 1 -> text.insert(at, text.charAt(random.nextInt(text.length())));
                case 2 -> text.setCharAt(at, (char) random.nextInt(Character.MAX_VALUE));
                default -> text.insert(at, text.substring(at));
            }
        }
        return text.toString();
    }

    @Test
    void readsFrameWhoseTypeComesLast() {
        assertThat(FrameReader.read("{\"id\":\"1\",\"type\":\"ping\"}"))
                .isEqualTo(new Read.Understood(new ClientFrame.Ping("1")));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(quoteCharacter = '`', textBlock = """
                    not JSON              | hello                                                    |   | bad_frame
                    empty                 | ``                                                       |   | bad_frame
                    not an object         | [1]                                                      |   | bad_frame
                    a null                | null                                                     |   | bad_frame
                    no type               | {"id":"7"}                                               | 7 | bad_frame
                    type of wrong type    | {"id":"7","type":{}}                                     | 7 | bad_frame
                    unknown type          | {"id":"7","type":"shout"}                                | 7 | unknown_type
                    trailing junk         | {"type":"ping"} x                                        |   | bad_frame
                    two objects           | {"type":"ping"}{"type":"ping"}                           |   | bad_frame
                    duplicate key         | {"type":"ping","id":"1","id":"2"}                        |   | bad_frame
                    not a number          | {"type":"open","id":"7","room":"R","since":NaN}          |   | bad_frame
                    number too large      | {"type":"open","id":"7","room":"R","since":1e999}        | 7 | bad_frame
                    beyond a long         | {"type":"open","id":"7","room":"R","since":99999999999999999999} | 7 | bad_frame
                    fraction for integer  | {"type":"open","id":"7","room":"R","since":1.5}          | 7 | bad_frame
                    text for integer      | {"type":"open","id":"7","room":"R","since":"5"}          | 7 | bad_frame
                    number for text       | {"type":"send","id":"7","room":"R","cid":5,"body":"x"}   | 7 | bad_frame
                    id with half a pair   | {"type":"ping","id":"\\ud83d"}                          |   | invalid
                    no id but null        | {"type":"shout","id":null}                               |   | unknown_type
                    null for a seq        | {"type":"hello","id":"7","resume":{"session":"R","secret":"s","rooms":{"R":null}}} | 7 | invalid
                    number for id         | {"type":"ping","id":7}                                   | 7 | bad_frame
                    object for text       | {"type":"send","id":"7","room":"R","cid":"c","body":{}}  | 7 | bad_frame
                    text for object       | {"type":"ack","id":"7","cursors":"all"}                  | 7 | bad_frame
                    number for boolean    | {"type":"typing","id":"7","room":"R","on":1}             | 7 | bad_frame
                    boolean missing       | {"type":"typing","id":"7","room":"R"}                    | 7 | bad_frame
                    room is not an id     | {"type":"join","id":"7","room":"lobby","cid":"c"}        | 7 | invalid
                    room missing          | {"type":"join","id":"7","cid":"c"}                       | 7 | invalid
                    cid missing           | {"type":"join","id":"7","room":"R"}                      | 7 | invalid
                    cid empty             | {"type":"join","id":"7","room":"R","cid":""}             | 7 | invalid
                    body null             | {"type":"send","id":"7","room":"R","cid":"c","body":null}| 7 | invalid
                    body with NUL         | {"type":"send","id":"7","room":"R","cid":"c","body":"a\\u0000"} | 7 | invalid
                    lone high surrogate   | {"type":"send","id":"7","room":"R","cid":"c","body":"\\ud83d"}  | 7 | invalid
                    lone low surrogate    | {"type":"send","id":"7","room":"R","cid":"c","body":"\\udc4bx"} | 7 | invalid
                    negative since        | {"type":"open","id":"7","room":"R","since":-1}           | 7 | invalid
                    limit above bound     | {"type":"history","id":"7","room":"R","limit":201}       | 7 | invalid
                    both directions       | {"type":"history","id":"7","room":"R","before":5,"after":1} | 7 | invalid
                    null cursor           | {"type":"ack","id":"7","cursors":{"R":null}}             | 7 | invalid
                    cursor of no room     | {"type":"ack","id":"7","cursors":{"<script>":1}}         | 7 | invalid
                    odd visibility        | {"type":"create_room","id":"7","cid":"c","name":"n","visibility":"odd"} | 7 | invalid
                    """, delimiter = '|')
    void refusesWhatIsWrong(String name, String text, @Nullable String re, String code) {
        var read = FrameReader.read(text.replace("\"R\"", "\"" + ROOM + "\"").replace("\\\\", "\\"));

        assertThat(read).isInstanceOfSatisfying(Read.Refused.class, refused -> {
            assertThat(refused.re()).isEqualTo(re);
            assertThat(refused.code().wireName()).as(refused.message()).isEqualTo(code);
            assertThat(refused.message()).doesNotContain("script", "Exception", "jackson");
        });
    }

    @Test
    void refusesDeepNestingWithoutHarm() {
        var deep = "{\"type\":\"ping\",\"x\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}";

        assertThat(FrameReader.read(deep))
                .isInstanceOfSatisfying(
                        Read.Refused.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.BAD_FRAME));
    }

    @Test
    void refusesCidThatIsTooLong() {
        var frame = "{\"type\":\"join\",\"room\":\"" + ROOM + "\",\"cid\":\"" + "c".repeat(65) + "\"}";

        assertThat(FrameReader.read(frame))
                .isInstanceOfSatisfying(
                        Read.Refused.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.INVALID));
    }
}
