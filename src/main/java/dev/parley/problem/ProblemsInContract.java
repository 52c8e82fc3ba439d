package dev.parley.problem;

import io.quarkus.smallrye.openapi.OpenApiFilter;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;

/** Writes into the contract what the boundary does for every operation, so that no operation has to repeat it. */
@OpenApiFilter
public class ProblemsInContract implements OASFilter {
    private static final String SCHEMA = "#/components/schemas/Problem";

    private static final Map<String, String> EVERYWHERE = Map.of(
            "400", "invalid, bad_frame: the detail says what is wrong",
            "405", "invalid: the path does not know the method",
            "406", "invalid: no answer in an accepted type",
            "413", "too_large",
            "415", "invalid: the body must be application/json",
            "500", "internal: the error_id stands in the server's log",
            "503", "unavailable: try again, see Retry-After");

    @Override
    public Operation filterOperation(Operation operation) {
        var responses = operation.getResponses();
        new TreeMap<>(EVERYWHERE)
                .forEach((status, meaning) -> responses.addAPIResponse(
                        status, OASFactory.createAPIResponse().description(meaning)));
        responses.getAPIResponses().forEach((status, response) -> {
            if (status.startsWith("4") || status.startsWith("5")) {
                describe(response);
            }
        });
        return operation;
    }

    private static void describe(APIResponse response) {
        var schema = OASFactory.createSchema().ref(SCHEMA);
        response.setContent(OASFactory.createContent()
                .addMediaType(Problem.MEDIA_TYPE, OASFactory.createMediaType().schema(schema)));
    }
}
