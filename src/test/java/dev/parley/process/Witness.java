package dev.parley.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.testing.ChatClient;
import dev.parley.testing.History.Event;
import dev.parley.testing.History.Said;
import dev.parley.testing.TestAccount;
import java.util.UUID;

/** One who reports what the server answers, where other clients try again by themselves. What it says is in the history. */
final class Witness implements AutoCloseable {
    private final Scene scene;
    private final TestAccount account;
    private final ChatClient socket;
    private final UUID home;

    private Witness(Scene scene, TestAccount account, UUID home) {
        this.scene = scene;
        this.home = home;
        this.account = account;
        this.socket = account.connects(scene.uri());
    }

    /** A new member of the room. */
    static Witness in(UUID room, Scene scene) {
        var witness = new Witness(scene, scene.registers("witness"), room);
        witness.joins(room);
        return witness;
    }

    void joins(UUID room) {
        assertThat(asks(room, "join", "").path("type").asText()).isEqualTo("ok");
    }

    /** Sends a message, with a cid of its own, and waits for the answer. */
    JsonNode sends(UUID room) {
        return asks(room, "send", ",\"body\":\"is it heard?\"");
    }

    /** Asks for the last entries of the room that it came to first, and waits for the answer. */
    JsonNode asksHistory() {
        return socket.asks("{\"type\":\"history\",\"room\":\"%s\",\"limit\":20}".formatted(home));
    }

    private JsonNode asks(UUID room, String type, String rest) {
        var said =
                new Said(room, UUID.fromString(account.id()), UUID.randomUUID().toString());
        scene.history().add(new Event.Invoked(said));
        var answer = socket.asks(
                "{\"type\":\"%s\",\"cid\":\"%s\",\"room\":\"%s\"%s}".formatted(type, said.cid(), room, rest));
        if (answer.path("type").asText().equals("ok")) {
            scene.history()
                    .add(new Event.Acknowledged(
                            said,
                            answer.path("seq").asLong(),
                            answer.path("dup").asBoolean()));
        }
        return answer;
    }

    boolean isConnected() {
        return socket.isOpen();
    }

    @Override
    public void close() {
        socket.close();
    }
}
