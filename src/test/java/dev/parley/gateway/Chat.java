package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.testing.ChatClient;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** What almost every conversation needs. */
final class Chat {
    private Chat() {}

    static String createPublic(ChatClient owner) {
        return create(owner, "public");
    }

    static String createPrivate(ChatClient owner) {
        return create(owner, "private");
    }

    private static String create(ChatClient owner, String visibility) {
        var made = owner.asks("""
                {"type":"create_room","cid":"%s","name":"Lobby","visibility":"%s"}""".formatted(cid(), visibility));
        return ok(made).path("room").asText();
    }

    /** Joins and says at which seq. */
    static long join(ChatClient who, String room) {
        return ok(who.asks("""
                        {"type":"join","room":"%s","cid":"%s"}""".formatted(room, cid()))).path("seq").asLong();
    }

    static JsonNode open(ChatClient who, String room) {
        return ok(who.asks("""
                {"type":"open","room":"%s"}""".formatted(room)));
    }

    /** Sends and says at which seq. */
    static long send(ChatClient who, String room, String body) {
        return ok(who.asks("""
                        {"type":"send","room":"%s","cid":"%s","body":"%s"}""".formatted(room, cid(), body))).path("seq").asLong();
    }

    /** Sends that many without waiting in between, and waits for all of them. */
    static void sendMany(ChatClient who, String room, int count) {
        var asked = new ArrayList<String>();
        for (int i = 0; i < count; i++) {
            asked.add(who.asksLater("""
                    {"type":"send","room":"%s","cid":"%s","body":"%d"}""".formatted(room, cid(), i)));
        }
        asked.forEach(re -> ok(answer(who, re)));
    }

    static JsonNode answer(ChatClient who, String re) {
        return who.hears(
                "the answer to " + re, frame -> re.equals(frame.path("re").asText()));
    }

    static JsonNode ok(JsonNode answer) {
        assertThat(answer.path("type").asText()).as(answer.toString()).isEqualTo("ok");
        return answer;
    }

    static String code(JsonNode answer) {
        assertThat(answer.path("type").asText()).as(answer.toString()).isEqualTo("error");
        return answer.path("code").asText();
    }

    /** Whatever was said before this is answered has arrived when this returns. */
    static void ping(ChatClient who) {
        ok(who.asks("{\"type\":\"ping\"}"));
    }

    /** The seqs of all entries of a room that were heard and not asked for, in the order of their arrival. */
    static List<Long> seqsHeard(ChatClient who, String room) {
        var seqs = new ArrayList<Long>();
        for (var frame : who.heardSoFar()) {
            if (room.equals(frame.path("room").asText())) {
                switch (frame.path("type").asText()) {
                    case "entry" -> seqs.add(frame.path("seq").asLong());
                    case "entries" ->
                        frame.path("entries")
                                .forEach(entry -> seqs.add(entry.path("seq").asLong()));
                    default -> {}
                }
            }
        }
        return seqs;
    }

    static String cid() {
        return UUID.randomUUID().toString();
    }
}
