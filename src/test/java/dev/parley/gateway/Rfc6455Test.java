package dev.parley.gateway;

import static dev.parley.gateway.ClientFrame.bytes;
import static dev.parley.gateway.ClientFrame.close;
import static dev.parley.gateway.ClientFrame.frame;
import static dev.parley.gateway.ClientFrame.header;
import static dev.parley.gateway.ClientFrame.join;
import static dev.parley.gateway.ClientFrame.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.net.URI;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** RFC 6455 from outside, row by row: bytes in, frames out, up to the end of TCP. */
@QuarkusTest
@TestProfile(EdgeProfile.class)
class Rfc6455Test {
    private static final byte[] BYE = close(1000, "");
    private static final byte[] EURO_SMILE = "κόσμε€😀".getBytes(java.nio.charset.StandardCharsets.UTF_8);
    private static final int TEXT = 0x81;
    private static final int TEXT_BEGINS = 0x01;
    private static final int GOES_ON = 0x00;
    private static final int ENDS = 0x80;
    private static final int BINARY = 0x82;
    private static final int PING = 0x89;
    private static final int PONG = 0x8A;
    private static final int CLOSE = 0x88;

    @SuppressWarnings("NullAway.Init") // set by Quarkus
    @TestHTTPResource("/")
    URI server;

    @ParameterizedTest(name = "{0}")
    @MethodSource({"messages", "fragments", "controlFrames", "brokenFrames", "utf8", "closes"})
    void answersByTheBook(String name, byte[] in, String out) {
        try (var client = RawClient.opens(server)) {
            client.sends(in);
            assertThat(client.hearsToTheEnd()).isEqualTo(out + "\nend");
        }
    }

    @ParameterizedTest(name = "{0}, byte by byte")
    @MethodSource({"fragments", "brokenFrames", "utf8"})
    void answersTheSameWhenBytesComeOneByOne(String name, byte[] in, String out) {
        try (var client = RawClient.opens(server)) {
            for (byte b : in) {
                if (!client.triesToSend(new byte[] {b})) {
                    break;
                }
            }
            assertThat(client.hearsToTheEnd()).isEqualTo(out + "\nend");
        }
    }

    static Stream<Arguments> messages() {
        return Stream.of(
                row("text", join(text("hello"), BYE), "text hello\nclose 1000"),
                row("empty text", join(text(""), BYE), "text \nclose 1000"),
                row("text of 125 bytes", join(text("x".repeat(125)), BYE), echo(125)),
                row("text of 126 bytes", join(text("x".repeat(126)), BYE), echo(126)),
                row("text of 65535 bytes", join(text("x".repeat(65535)), BYE), echo(65535)),
                row("text of 65536 bytes", join(text("x".repeat(65536)), BYE), echo(65536)),
                row("two in one segment", join(text("a"), text("b"), BYE), "text a\ntext b\nclose 1000"),
                row("binary", join(frame(BINARY, "abc"), BYE), "text binary 3\nclose 1000"),
                row("empty binary", join(frame(BINARY, ""), BYE), "text binary 0\nclose 1000"),
                row(
                        "binary that is no UTF-8",
                        join(frame(BINARY, bytes(0xFF, 0xC0)), BYE),
                        "text binary 2\nclose 1000"),
                row("NUL in text", join(frame(TEXT, bytes(0)), BYE), "text \0\nclose 1000"));
    }

    static Stream<Arguments> fragments() {
        return Stream.of(
                row("two fragments", join(frame(TEXT_BEGINS, "he"), frame(ENDS, "llo"), BYE), "text hello\nclose 1000"),
                row(
                        "empty first fragment",
                        join(frame(TEXT_BEGINS, ""), frame(GOES_ON, "hel"), frame(ENDS, "lo"), BYE),
                        "text hello\nclose 1000"),
                row(
                        "only empty fragments",
                        join(frame(TEXT_BEGINS, ""), frame(GOES_ON, ""), frame(ENDS, ""), BYE),
                        "text \nclose 1000"),
                row(
                        "empty last fragment",
                        join(frame(TEXT_BEGINS, "hello"), frame(ENDS, ""), BYE),
                        "text hello\nclose 1000"),
                row(
                        "ping between fragments",
                        join(frame(TEXT_BEGINS, "he"), frame(PING, "p"), frame(ENDS, "llo"), BYE),
                        "pong p\ntext hello\nclose 1000"),
                row("close between fragments", join(frame(TEXT_BEGINS, "he"), BYE), "close 1000"),
                row("binary in fragments", join(frame(0x02, "ab"), frame(ENDS, "c"), BYE), "text binary 3\nclose 1000"),
                row("continuation of nothing", frame(ENDS, "x"), "close 1002"),
                row("unfinished continuation of nothing", frame(GOES_ON, "x"), "close 1002"),
                row("continuation after a whole message", join(text("a"), frame(ENDS, "x")), "text a\nclose 1002"),
                row("text inside a text", join(frame(TEXT_BEGINS, "he"), text("x")), "close 1002"),
                row("binary inside a text", join(frame(TEXT_BEGINS, "he"), frame(BINARY, "x")), "close 1002"),
                row("text begun inside a text", join(frame(TEXT_BEGINS, "h"), frame(TEXT_BEGINS, "x")), "close 1002"));
    }

    static Stream<Arguments> controlFrames() {
        return Stream.of(
                row("ping", join(frame(PING, "hi"), BYE), "pong hi\nclose 1000"),
                row("empty ping", join(frame(PING, ""), BYE), "pong \nclose 1000"),
                row(
                        "ping of 125 bytes",
                        join(frame(PING, "x".repeat(125)), BYE),
                        "pong " + "x".repeat(125) + "\nclose 1000"),
                row("ping of 126 bytes", header(PING, 126), "close 1002"),
                row("pong of 126 bytes", header(PONG, 126), "close 1002"),
                row("pong nobody asked for", join(frame(PONG, "x"), BYE), "close 1000"),
                row("begun ping", frame(0x09, "x"), "close 1002"),
                row("begun pong", frame(0x0A, "x"), "close 1002"),
                row("begun close", frame(0x08, ""), "close 1002"));
    }

    static Stream<Arguments> brokenFrames() {
        return Stream.of(
                row("reserved bit 1", frame(0xC1, "x"), "close 1002"),
                row("reserved bit 2", frame(0xA1, "x"), "close 1002"),
                row("reserved bit 3", frame(0x91, "x"), "close 1002"),
                row("all reserved bits on a ping", frame(0xF9, "x"), "close 1002"),
                row("reserved bit on a close", frame(0xC8, ""), "close 1002"),
                row("reserved bit after a message", join(text("a"), frame(0xC1, "x")), "text a\nclose 1002"),
                row("opcode 3", frame(0x83, "x"), "close 1002"),
                row("opcode 7", frame(0x87, ""), "close 1002"),
                row("opcode 11", frame(0x8B, "x"), "close 1002"),
                row("opcode 15", frame(0x8F, ""), "close 1002"),
                row("unmasked text", bytes(0x81, 1, 'x'), "close 1002"),
                row("unmasked ping", bytes(0x89, 0), "close 1002"),
                row("unmasked close", bytes(0x88, 0), "close 1002"),
                row("5 in two bytes of length", bytes(0x81, 0xFE, 0, 5), "close 1002"),
                row("5 in eight bytes of length", bytes(0x81, 0xFF, 0, 0, 0, 0, 0, 0, 0, 5), "close 1002"),
                row("negative length", bytes(0x81, 0xFF, 0x80, 0, 0, 0, 0, 0, 0, 0), "close 1002"),
                row("longest length", bytes(0x82, 0xFF, 0x7F, 255, 255, 255, 255, 255, 255, 255), "close 1009"),
                row("frame of 64 KiB + 1", header(TEXT, 65537), "close 1009"),
                row(
                        "message of 64 KiB + 1",
                        join(frame(TEXT_BEGINS, "x".repeat(300)), header(ENDS, 65536 - 299)),
                        "close 1009"),
                row(
                        "garbage",
                        "GET / HTTP/1.1\r\n\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII),
                        "close 1002"));
    }

    static Stream<Arguments> utf8() {
        return Stream.of(
                row("valid beyond ASCII", join(frame(TEXT, EURO_SMILE), BYE), "text κόσμε€😀\nclose 1000"),
                row("cut inside a character", join(split(EURO_SMILE), BYE), "text κόσμε€😀\nclose 1000"),
                row("U+10FFFF", join(frame(TEXT, bytes(0xF4, 0x8F, 0xBF, 0xBF)), BYE), "text \uDBFF\uDFFF\nclose 1000"),
                row("noncharacter U+FFFF", join(frame(TEXT, bytes(0xEF, 0xBF, 0xBF)), BYE), "text \uFFFF\nclose 1000"),
                row("U+FFFD itself", join(frame(TEXT, bytes(0xEF, 0xBF, 0xBD)), BYE), "text \uFFFD\nclose 1000"),
                row("lone continuation byte", frame(TEXT, bytes(0x80)), "close 1007"),
                row("byte FF", frame(TEXT, bytes(0xFF)), "close 1007"),
                row("overlong slash, 2 bytes", frame(TEXT, bytes(0xC0, 0xAF)), "close 1007"),
                row("overlong slash, 3 bytes", frame(TEXT, bytes(0xE0, 0x80, 0xAF)), "close 1007"),
                row("overlong slash, 4 bytes", frame(TEXT, bytes(0xF0, 0x80, 0x80, 0xAF)), "close 1007"),
                row("overlong NUL", frame(TEXT, bytes(0xC1, 0x80)), "close 1007"),
                row("surrogate", frame(TEXT, bytes(0xED, 0xA0, 0x80)), "close 1007"),
                row("U+110000", frame(TEXT, bytes(0xF4, 0x90, 0x80, 0x80)), "close 1007"),
                row("byte F5", frame(TEXT, bytes(0xF5, 0x80, 0x80, 0x80)), "close 1007"),
                row("ends inside a character", frame(TEXT, bytes('a', 0xE2, 0x82)), "close 1007"),
                row(
                        "ends inside a character, in fragments",
                        join(frame(TEXT_BEGINS, bytes(0xE2)), frame(ENDS, bytes(0x82))),
                        "close 1007"),
                row(
                        "invalid in the second fragment",
                        join(frame(TEXT_BEGINS, bytes('a', 0xE2)), frame(GOES_ON, bytes(0x28))),
                        "close 1007"),
                row("invalid before the frame ends", join(header(TEXT, 100), bytes(0xFF ^ 0x37)), "close 1007"),
                row(
                        "invalid after a good message",
                        join(text("a"), frame(TEXT, bytes(0xFF)), text("b")),
                        "text a\nclose 1007"));
    }

    static Stream<Arguments> closes() {
        return Stream.of(
                row("close without a code", frame(CLOSE, ""), "close"),
                row("close 1000", close(1000, ""), "close 1000"),
                row("close with a reason", close(1001, "κόσμε"), "close 1001"),
                row("close with 123 bytes of reason", close(1000, "x".repeat(123)), "close 1000"),
                row("close 1003", close(1003, ""), "close 1003"),
                row("close 1014", close(1014, ""), "close 1014"),
                row("close 3000", close(3000, ""), "close 3000"),
                row("close 4999", close(4999, ""), "close 4999"),
                row("close with one byte", frame(CLOSE, "x"), "close 1002"),
                row("close 0", close(0, ""), "close 1002"),
                row("close 999", close(999, ""), "close 1002"),
                row("close 1004", close(1004, ""), "close 1002"),
                row("close 1005", close(1005, ""), "close 1002"),
                row("close 1006", close(1006, ""), "close 1002"),
                row("close 1015", close(1015, ""), "close 1002"),
                row("close 2999", close(2999, ""), "close 1002"),
                row("close 5000", close(5000, ""), "close 1002"),
                row("close 65535", close(65535, ""), "close 1002"),
                row("close with invalid reason", close(1000, bytes(0xC0, 0x80)), "close 1007"),
                row("close with a reason cut off", close(1000, bytes('a', 0xE2)), "close 1007"),
                row("nothing counts after a close", join(BYE, text("late"), frame(PING, "late")), "close 1000"),
                row("a second close", join(BYE, close(1001, "")), "close 1000"));
    }

    /** Each byte a fragment of its own. */
    private static byte[] split(byte[] text) {
        var parts = new byte[text.length][];
        for (int i = 0; i < text.length; i++) {
            int first = i == 0 ? TEXT_BEGINS : i == text.length - 1 ? ENDS : GOES_ON;
            parts[i] = frame(first, bytes(text[i]));
        }
        return join(parts);
    }

    private static String echo(int length) {
        return "text " + "x".repeat(length) + "\nclose 1000";
    }

    private static Arguments row(String name, byte[] in, String out) {
        return Arguments.of(name, in, out);
    }
}
