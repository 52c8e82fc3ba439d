package dev.parley.gateway;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.smallrye.common.annotation.NonBlocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/** Serves the contract of the socket, AsyncAPI 3, beside that of REST and asked for in the same ways. */
@Path("/api/asyncapi")
class ContractResource {
    private static final String FILE = "/META-INF/parley/asyncapi.yaml";
    private static final String YAML = "application/yaml;charset=UTF-8";

    private final String yaml;
    private final String json;

    ContractResource() {
        try (var file = ContractResource.class.getResourceAsStream(FILE)) {
            if (file == null) {
                throw new FileNotFoundException(FILE);
            }
            yaml = new String(file.readAllBytes(), StandardCharsets.UTF_8);
            json = new ObjectMapper(new YAMLFactory()).readTree(yaml).toPrettyString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As YAML, unless {@code ?format=json} asks for the other. */
    @GET
    @NonBlocking
    @Produces(YAML)
    @Operation(hidden = true)
    public Response document(@QueryParam("format") @Nullable String format) {
        return "json".equalsIgnoreCase(format)
                ? Response.ok(json, MediaType.APPLICATION_JSON).build()
                : Response.ok(yaml, YAML).build();
    }

    /** For who accepts JSON only. */
    @GET
    @NonBlocking
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(hidden = true)
    public String json() {
        return json;
    }
}
