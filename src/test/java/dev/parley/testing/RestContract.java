package dev.parley.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import java.util.Map;

/** The OpenAPI document that the program serves, asked whether an answer is one that it promises. */
public final class RestContract {
    public static final String PATH = "/api/openapi?format=JSON";

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final JsonNode document;

    private RestContract(JsonNode document) {
        this.document = document;
    }

    public static RestContract served() {
        return new RestContract(parse(RestAssured.get(PATH).asString()));
    }

    public JsonNode document() {
        return document;
    }

    /** The status is described for that request, with the answer's content type, and the body fits its schema. */
    public void holdsFor(String method, String path, Response answer) {
        var described = document.at("/paths")
                .path(path)
                .path(method)
                .path("responses")
                .path(String.valueOf(answer.statusCode()))
                .path("content")
                .path(answer.contentType().replaceFirst(";.*", ""))
                .path("schema");
        assertThat(described.isObject())
                .as("%s %s -> %d %s is described", method, path, answer.statusCode(), answer.contentType())
                .isTrue();
        var name = described.path("$ref").asText().replaceFirst(".*/", "");
        var schema = MAPPER.createObjectNode().put("$ref", "#/components/schemas/" + name);
        schema.set("components", document.path("components"));
        var complaints = JsonSchemaFactory.getInstance(VersionFlag.V202012)
                .getSchema(schema)
                .validate(
                        parse(answer.asString()),
                        run -> run.getExecutionConfig().setFormatAssertionsEnabled(true));
        assertThat(complaints).as(answer.asString()).isEmpty();
        assertThat(document.at("/components/schemas").path(name).path("properties").properties().stream()
                        .map(Map.Entry::getKey))
                .as("fields that may be there")
                .containsAll(() -> parse(answer.asString()).fieldNames());
    }

    private static JsonNode parse(String json) {
        try {
            return MAPPER.readTree(json);
        } catch (JsonProcessingException broken) {
            throw new AssertionError(json, broken);
        }
    }
}
