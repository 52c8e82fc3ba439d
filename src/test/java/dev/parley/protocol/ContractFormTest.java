package dev.parley.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.parley.log.Kind;
import dev.parley.testing.SocketContract;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The document and the types say the same. */
class ContractFormTest {
    private static final SocketContract CONTRACT = SocketContract.written();
    private static final String ROOM = "3f1b7c52-2a4d-4a1e-9a4e-0b7a5d3c9f10";

    @Test
    void hasOneMessageForEachFrame() {
        var client = subtypes(ClientFrame.class).map(type -> "client_" + type.name());
        var server = subtypes(ServerFrame.class)
                .map(type -> type.name().equals("ok")
                        ? "server_ok_" + snake(type.value().getSimpleName())
                        : "server_" + type.name());

        assertThat(CONTRACT.messages())
                .containsExactlyInAnyOrderElementsOf(Stream.of(client, server, Stream.of("server_entry"))
                        .flatMap(messages -> messages)
                        .toList());
    }

    @ParameterizedTest
    @MethodSource
    void hasTheFieldsOfEachRecord(String schema, Class<?> type, boolean frame) {
        var components = Arrays.asList(type.getRecordComponents());
        var fields = components.stream().map(ContractFormTest::field);
        var required = components.stream()
                .filter(component -> !component.getAnnotatedType().isAnnotationPresent(Nullable.class))
                .map(ContractFormTest::field);
        var typeField = frame ? Stream.of("type") : Stream.<String>empty();

        assertThat(keys(CONTRACT.schema(schema).path("properties")))
                .containsExactlyInAnyOrderElementsOf(
                        Stream.concat(typeField, fields).toList());
        assertThat(texts(CONTRACT.schema(schema).path("required")))
                .containsExactlyInAnyOrderElementsOf(Stream.concat(frame ? Stream.of("type") : Stream.empty(), required)
                        .toList());
    }

    static Stream<Object[]> hasTheFieldsOfEachRecord() {
        var frames = Stream.concat(
                subtypes(ClientFrame.class)
                        .map(type -> new Object[] {"Client" + type.value().getSimpleName(), type.value(), true}),
                subtypes(ServerFrame.class)
                        .map(type -> new Object[] {"Server" + type.value().getSimpleName(), type.value(), true}));
        var parts = Map.<String, Class<?>>of(
                "ClientClient", ClientFrame.Client.class,
                "ClientResume", ClientFrame.Resume.class,
                "ServerLimits", ServerFrame.Limits.class,
                "ServerServer", ServerFrame.Server.class,
                "ServerMe", ServerFrame.Me.class,
                "ServerMember", ServerFrame.Member.class,
                "MessageData", Payload.Message.class,
                "RoomData", Payload.Room.class,
                "MemberData", Payload.Member.class);
        return Stream.concat(frames, parts.entrySet().stream().map(part ->
                new Object[] {part.getKey(), part.getValue(), false}));
    }

    @Test
    void namesAllErrorCodesWithWhatToDo() {
        var described = CONTRACT.schema("ErrorCode");

        assertThat(texts(described.path("enum")))
                .containsExactlyElementsOf(Arrays.stream(ErrorCode.values())
                        .map(ErrorCode::wireName)
                        .toList());
        assertThat(elements(described.path("x-error-codes"))
                        .map(row -> row.path("code").asText() + " "
                                + row.path("retry").asText()))
                .containsExactlyElementsOf(Arrays.stream(ErrorCode.values())
                        .map(code -> code.wireName() + " " + code.retry().wireName())
                        .toList());
        assertThat(texts(CONTRACT.schema("Retry").path("enum")))
                .containsExactlyElementsOf(Arrays.stream(ErrorCode.Retry.values())
                        .map(ErrorCode.Retry::wireName)
                        .toList());
    }

    @Test
    void namesAllCloseCodesWithTheirVerdict() {
        var rows = elements(CONTRACT.document().at("/channels/chat/x-close-codes"))
                .map(row -> "%s %s %s"
                        .formatted(
                                row.path("code").asInt(),
                                row.path("name").asText(),
                                row.path("reconnect").asBoolean()));

        assertThat(rows)
                .containsExactlyElementsOf(Arrays.stream(CloseCode.values())
                        .map(code -> "%s %s %s"
                                .formatted(code.code(), code.name().toLowerCase(Locale.ROOT), code.reconnect()))
                        .toList());
        assertThat(elements(CONTRACT.schema("CloseCode").path("enum")).map(JsonNode::asInt))
                .containsExactlyElementsOf(
                        Arrays.stream(CloseCode.values()).map(CloseCode::code).toList());
    }

    @Test
    void namesAllKindsAndVisibilities() {
        assertThat(texts(CONTRACT.schema("Kind").path("enum")))
                .containsExactlyElementsOf(
                        Arrays.stream(Kind.values()).map(Kind::wireName).toList());
        assertThat(texts(CONTRACT.schema("Visibility").path("enum")))
                .containsExactlyElementsOf(Arrays.stream(Visibility.values())
                        .map(Visibility::wireName)
                        .toList());
    }

    /** On both sides of each bound, the schema and the program are of one mind. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
                    true  | {'type':'ping','id':'N64'}
                    false | {'type':'ping','id':'N65'}
                    false | {'type':'ping','id':''}
                    true  | {'type':'join','room':'R','cid':'N64'}
                    false | {'type':'join','room':'R','cid':'N65'}
                    false | {'type':'join','room':'lobby','cid':'c'}
                    false | {'type':'join','room':'R'}
                    true  | {'type':'create_room','cid':'c','name':'N128'}
                    false | {'type':'create_room','cid':'c','name':'N129'}
                    false | {'type':'create_room','cid':'c','name':'n','visibility':'odd'}
                    true  | {'type':'hello','window':1,'client':{'name':'N128'}}
                    true  | {'type':'hello','window':100000,'client':{}}
                    false | {'type':'hello','window':0}
                    false | {'type':'hello','window':100001}
                    false | {'type':'hello','client':{'version':'N129'}}
                    true  | {'type':'hello','resume':{'session':'R','secret':'N128','rooms':{'R':0}}}
                    false | {'type':'hello','resume':{'session':'R','secret':'N129'}}
                    false | {'type':'hello','resume':{'session':'R','secret':'s','rooms':{'R':-1}}}
                    false | {'type':'hello','resume':{'session':'R','secret':'s','rooms':{'lobby':1}}}
                    false | {'type':'hello','resume':{'secret':'s'}}
                    true  | {'type':'open','room':'R','since':0,'limit':0}
                    true  | {'type':'open','room':'R','limit':200,'more':'unknown fields pass'}
                    false | {'type':'open','room':'R','limit':201}
                    false | {'type':'open','room':'R','since':-1}
                    false | {'type':'open','room':'R','since':1.5}
                    true  | {'type':'history','room':'R','limit':200,'before':0}
                    false | {'type':'history','room':'R','limit':0}
                    false | {'type':'history','room':'R','limit':201}
                    false | {'type':'history','room':'R','before':5,'after':1}
                    true  | {'type':'send','room':'R','cid':'c','body':'x','reply_to':1,'mentions':['R']}
                    false | {'type':'send','room':'R','cid':'c','body':'x','reply_to':0}
                    false | {'type':'send','room':'R','cid':'c','body':''}
                    false | {'type':'send','room':'R','cid':'c','body':'x','mentions':['bob']}
                    true  | {'type':'send','room':'R','cid':'c','body':'x','mentions':[M50]}
                    false | {'type':'send','room':'R','cid':'c','body':'x','mentions':[M51]}
                    true  | {'type':'ack','cursors':{'R':0}}
                    false | {'type':'ack','cursors':{'R':-1}}
                    false | {'type':'ack','cursors':{'R':null}}
                    false | {'type':'ack'}
                    true  | {'type':'typing','room':'R','on':false}
                    false | {'type':'typing','room':'R'}
                    false | {'type':'typing','room':'R','on':1}
                    true  | {'type':'presence','room':'R'}
                    true  | {'type':'presence','room':'R','watch':false}
                    true  | {'type':'presence','users':[]}
                    true  | {'type':'presence','users':[M100]}
                    false | {'type':'presence','users':[M101]}
                    false | {'type':'presence','users':[null]}
                    false | {'type':'presence','users':['R'],'watch':true}
                    false | {'type':'presence','users':['R'],'room':'R'}
                    false | {'type':'presence','watch':true}
                    false | {'type':'presence','room':'R','watch':'yes'}
                    false | {'type':'auth'}
                    false | {'type':'shout'}
                    """)
    void agreesWithTheReader(boolean good, String frame) throws JsonProcessingException {
        var text = spelledOut(frame);

        assertThat(FrameReader.read(text) instanceof FrameReader.Read.Understood)
                .as("the program")
                .isEqualTo(good);
        assertThat(CONTRACT.messagesThatAre("client", new ObjectMapper().readTree(text)))
                .as("the document")
                .hasSize(good ? 1 : 0);
    }

    /** N64: a text of 64 characters; M50: 50 ids; R: a room's id. */
    private static String spelledOut(String frame) {
        var text = frame.replace('\'', '"');
        for (int length : List.of(64, 65, 128, 129)) {
            text = text.replace("\"N" + length + "\"", "\"" + "n".repeat(length) + "\"");
        }
        for (int count : List.of(50, 51, 100, 101)) {
            text = text.replace(
                    "[M" + count + "]", Collections.nCopies(count, "\"R\"").toString());
        }
        return text.replace("\"R\"", "\"" + ROOM + "\"");
    }

    private static Stream<JsonSubTypes.Type> subtypes(Class<?> frames) {
        return Arrays.stream(frames.getAnnotation(JsonSubTypes.class).value());
    }

    private static String field(RecordComponent component) {
        return snake(component.getName());
    }

    private static String snake(String camel) {
        return camel.replaceAll("(?<=[a-z])(?=[A-Z])", "_").toLowerCase(Locale.ROOT);
    }

    private static List<String> keys(JsonNode object) {
        return object.properties().stream().map(Map.Entry::getKey).toList();
    }

    private static List<String> texts(JsonNode array) {
        return elements(array).map(JsonNode::asText).toList();
    }

    private static Stream<JsonNode> elements(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }
}
