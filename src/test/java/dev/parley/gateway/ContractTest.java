package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.parley.protocol.FrameWriter;
import dev.parley.protocol.ServerFrame;
import dev.parley.testing.ChatClient;
import dev.parley.testing.EmbeddedPostgresResource;
import dev.parley.testing.SocketContract;
import dev.parley.testing.TestAccount;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** A conversation in which every frame of the protocol is said, each held against the document that is served. */
@QuarkusTest
@WithTestResource(value = EmbeddedPostgresResource.class, scope = TestResourceScope.GLOBAL)
@TestProfile(ContractTest.PingsOften.class)
class ContractTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TestHTTPResource("/")
    URI server;

    private final Set<String> seen = new TreeSet<>();
    private SocketContract contract = SocketContract.written();

    public static class PingsOften implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("parley.connection.ping-interval", "1s", "parley.presence.interval", "1s");
        }
    }

    @Test
    void servesTheDocumentInBothForms() {
        var yaml = RestAssured.get("/api/asyncapi");
        var json = RestAssured.given().accept("application/json").get("/api/asyncapi");

        assertThat(yaml.contentType()).startsWith("application/yaml");
        assertThat(json.contentType()).startsWith("application/json");
        assertThat(SocketContract.of(yaml.asString()).document())
                .isEqualTo(SocketContract.written().document())
                .isEqualTo(parsed(json.asString()))
                .isEqualTo(parsed(RestAssured.get("/api/asyncapi?format=json").asString()));
    }

    @Test
    void describesEveryFrameThatIsSaid() throws IOException {
        contract = SocketContract.of(RestAssured.get("/api/asyncapi").asString());
        var alice = TestAccount.registers(server, "alice");
        var bob = TestAccount.registers(server, "bob");
        try (var hers = ChatClient.connects(server);
                var his = ChatClient.connects(server)) {
            ask(his, "{'type':'hello','token':'%s','client':{'name':'contract','version':'1'}}", bob.token());
            var welcome = ask(hers, "{'type':'hello','token':'%s'}", alice.token());
            var room = ask(hers, "{'type':'create_room','cid':'r','name':'Lobby','visibility':'public'}")
                    .path("room")
                    .asText();
            talk(hers, his, room, alice);
            hers.vanishes();
            comeBack(alice, welcome, room);
            heard("server", his.hears("presence"));
            leave(his, room);
        }
        heard("server", parsed(FrameWriter.write(ServerFrame.Gap.expired(UUID.randomUUID(), 1, 5))));

        assertThat(seen).isEqualTo(contract.messages());
    }

    private void talk(ChatClient hers, ChatClient his, String room, TestAccount alice) {
        ask(his, "{'type':'join','room':'%s','cid':'j'}", room);
        ask(his, "{'type':'open','room':'%s'}", room);
        ask(hers, "{'type':'open','room':'%s','since':0}", room);
        ask(
                his,
                "{'type':'send','room':'%s','cid':'m1','body':'hello','reply_to':1,'mentions':['%s']}",
                room,
                alice.id());
        heard("server", hers.hears("entry"));
        say(his, "{'type':'typing','room':'%s','on':true}", room);
        heard("server", hers.hears("typing"));
        ask(his, "{'type':'presence','room':'%s','watch':true}", room);
        ask(his, "{'type':'presence','users':['%s']}", alice.id());
        say(hers, "{'type':'ack','cursors':{'%s':3}}", room);
        ask(hers, "{'type':'history','room':'%s','before':3,'limit':1}", room);
        ask(hers, "{'type':'auth','token':'%s'}", alice.token());
        ask(hers, "{'type':'ping'}");
        ask(hers, "{'type':'send','room':'%s','cid':'x','body':'nobody hears'}", UUID.randomUUID());
        heard("server", hers.hears("ping"));
        ask(his, "{'type':'send','room':'%s','cid':'m2','body':'still there?'}", room);
    }

    private void comeBack(TestAccount alice, JsonNode welcome, String room) {
        try (var hers = ChatClient.connects(server)) {
            ask(
                    hers,
                    "{'type':'hello','token':'%s','window':2,'resume':{'session':'%s','secret':'%s','rooms':{'%s':1}}}",
                    alice.token(),
                    welcome.path("session").asText(),
                    welcome.path("secret").asText(),
                    room);
            heard("server", hers.hears("entries"));
            heard("server", hers.hears("lag"));
            say(hers, "{'type':'ack','cursors':{'%s':4}}", room);
            heard("server", hers.hears("caught_up"));
            ask(hers, "{'type':'close','room':'%s'}", room);
            ask(hers, "{'type':'logout'}");
            heard("server", hers.hears("bye"));
            assertThat(hers.closeCode()).isEqualTo(1000);
            hers.heardSoFar().forEach(frame -> heard("server", frame));
        }
    }

    private void leave(ChatClient his, String room) {
        ask(his, "{'type':'leave','room':'%s','cid':'l'}", room);
        his.heardSoFar().forEach(frame -> heard("server", frame));
    }

    private JsonNode ask(ChatClient client, String frame, Object... values) {
        var text = frame.replace('\'', '"').formatted(values);
        heard("client", parsed(text));
        var answer = client.asks(text);
        heard("server", answer);
        return answer;
    }

    private void say(ChatClient client, String frame, Object... values) {
        var text = frame.replace('\'', '"').formatted(values);
        heard("client", parsed(text));
        client.says(text);
    }

    /** It is one message of the document, and not two. */
    private void heard(String side, JsonNode frame) {
        var messages = contract.messagesThatAre(side, frame);
        assertThat(messages).as("%s says %s", side, frame).hasSize(1);
        seen.addAll(messages);
    }

    private static JsonNode parsed(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new AssertionError(json, e);
        }
    }

    private static JsonNode parsed(byte[] utf8) throws IOException {
        return JSON.readTree(utf8);
    }
}
