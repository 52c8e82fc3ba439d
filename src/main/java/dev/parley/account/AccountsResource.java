package dev.parley.account;

import dev.parley.problem.Problem;
import dev.parley.problem.Refused;
import dev.parley.protocol.ErrorCode;
import dev.parley.protocol.InvalidField;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Signing up. */
@Path("/api/accounts")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "accounts")
class AccountsResource {
    private final Accounts accounts;

    AccountsResource(Accounts accounts) {
        this.accounts = accounts;
    }

    @POST
    @RunOnVirtualThread
    @Operation(operationId = "register", summary = "Registers an account")
    @APIResponse(
            responseCode = "201",
            description = "Registered",
            content = @Content(schema = @Schema(implementation = Registered.class)))
    @APIResponse(
            responseCode = "409",
            description = "name_taken",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    public Response register(@Nullable Credentials credentials) {
        if (credentials == null) {
            throw new InvalidField("name is missing");
        }
        var account = accounts.register(credentials)
                .orElseThrow(() -> new Refused(ErrorCode.NAME_TAKEN, "This name is taken"));
        return Response.status(Response.Status.CREATED)
                .header("Location", "/api/accounts/" + account.id())
                .entity(new Registered(account.id(), account.name()))
                .build();
    }

    @Schema(
            name = "Account",
            requiredProperties = {"id", "name"})
    record Registered(UUID id, String name) {}
}
