package dev.parley.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class FrameWriterTest {
    private static final UUID ROOM = UUID.fromString("3f1b7c52-2a4d-4a1e-9a4e-0b7a5d3c9f10");
    private static final UUID ALICE = UUID.fromString("9e0c7a14-5f0e-4a57-8f0d-2b1f1f6f4a01");
    private static final Instant AT = Instant.parse("2026-01-02T03:04:05.678901Z");
    private static final EncodedEntry ENTRY = EncodedEntry.of(7, "message", ALICE, AT, "c\"1", "{\"body\":\"hé\"}");

    @Test
    void writesOk() {
        assertThat(text(FrameWriter.write(new ServerFrame.Written("17", ROOM, 7, AT, false))))
                .isEqualTo("{\"type\":\"ok\",\"re\":\"17\",\"room\":\"%s\",\"seq\":7,\"at\":\"%s\",\"dup\":false}"
                        .formatted(ROOM, AT));
    }

    @Test
    void writesErrorWithoutWhatItHasNot() {
        var error = ServerFrame.Failed.after("3", ErrorCode.UNAVAILABLE, "later", Duration.ofMillis(250));

        assertThat(text(FrameWriter.write(error)))
                .isEqualTo("{\"type\":\"error\",\"re\":\"3\",\"code\":\"unavailable\",\"message\":\"later\","
                        + "\"retry\":\"after\",\"retry_after_ms\":250}");
    }

    @Test
    void writesPageOfEncodedEntries() {
        var page = new ServerFrame.Entries(ROOM, 7, 7, List.of(ENTRY));

        assertThat(text(FrameWriter.write(page)))
                .isEqualTo("{\"type\":\"entries\",\"room\":\"%s\",\"from\":7,\"to\":7,\"entries\":[%s]}"
                        .formatted(ROOM, text(ENTRY.json())));
    }

    @Test
    void makesEntryFrameOfEncodedEntry() {
        assertThat(text(ENTRY.frame(ROOM)))
                .isEqualTo(
                        "{\"type\":\"entry\",\"room\":\"%s\",\"seq\":7,\"kind\":\"message\",\"by\":\"%s\",\"at\":\"%s\","
                                        .formatted(ROOM, ALICE, AT)
                                + "\"cid\":\"c\\\"1\",\"data\":{\"body\":\"hé\"}}");
    }

    private static String text(byte[] utf8) {
        return new String(utf8, StandardCharsets.UTF_8);
    }
}
