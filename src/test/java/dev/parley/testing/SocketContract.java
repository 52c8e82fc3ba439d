package dev.parley.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** An AsyncAPI document of the socket, asked which of its messages a frame is. */
public final class SocketContract {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    private final JsonNode document;
    private final Map<String, JsonSchema> schemas = new ConcurrentHashMap<>();

    private SocketContract(JsonNode document) {
        this.document = document;
    }

    /** @param text YAML, of which JSON is a part */
    public static SocketContract of(String text) {
        try {
            return new SocketContract(YAML.readTree(text));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The one in the sources. */
    public static SocketContract written() {
        try (var file = SocketContract.class.getResourceAsStream("/META-INF/parley/asyncapi.yaml")) {
            return new SocketContract(YAML.readTree(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public JsonNode document() {
        return document;
    }

    public JsonNode schema(String name) {
        return document.at("/components/schemas").path(name);
    }

    /** The keys of all messages that the channel carries. */
    public Set<String> messages() {
        return document.at("/channels/chat/messages").properties().stream()
                .map(Map.Entry::getKey)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Those messages of a side ({@code client} or {@code server}) whose schema the frame fits. */
    public Set<String> messagesThatAre(String side, JsonNode frame) {
        return messages().stream()
                .filter(message -> message.startsWith(side + "_"))
                .filter(message -> complaints(message, frame).isEmpty())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** What is wrong with a frame as this message. */
    public Set<String> complaints(String message, JsonNode frame) {
        return schemas
                .computeIfAbsent(message, this::compiled)
                .validate(frame, run -> run.getExecutionConfig().setFormatAssertionsEnabled(true))
                .stream()
                .map(Object::toString)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private JsonSchema compiled(String message) {
        var payload = document.at("/components/messages").path(message).at("/payload/$ref");
        var schema = JSON.createObjectNode().put("$ref", payload.asText());
        schema.set("components", document.path("components"));
        return JsonSchemaFactory.getInstance(VersionFlag.V7).getSchema(schema);
    }
}
