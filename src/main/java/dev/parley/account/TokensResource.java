package dev.parley.account;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.parley.account.Accounts.SignIn;
import dev.parley.problem.Problem;
import dev.parley.problem.Refused;
import dev.parley.protocol.ErrorCode;
import dev.parley.protocol.InvalidField;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Signing in. */
@Path("/api/tokens")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "tokens")
class TokensResource {
    private final Accounts accounts;
    private final Tokens tokens;

    TokensResource(Accounts accounts, Tokens tokens) {
        this.accounts = accounts;
        this.tokens = tokens;
    }

    @POST
    @RunOnVirtualThread
    @Operation(operationId = "signIn", summary = "Gives a token for a name and its password")
    @APIResponse(
            responseCode = "200",
            description = "Signed in",
            content = @Content(schema = @Schema(implementation = Issued.class)))
    @APIResponse(
            responseCode = "401",
            description = "unauthorized: no such name, or not its password",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    @APIResponse(
            responseCode = "429",
            description = "rate_limited: too many wrong passwords, see Retry-After",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    public Response signIn(@Nullable Credentials credentials, @Context HttpServerRequest request) {
        if (credentials == null) {
            throw new InvalidField("name is missing");
        }
        var address = request.remoteAddress().hostAddress();
        var account = switch (accounts.signIn(credentials, address)) {
            case SignIn.SignedIn(var who) -> who;
            case SignIn.Refused() -> throw new Refused(ErrorCode.UNAUTHORIZED, "No such name, or not its password");
            case SignIn.Throttled(var retryAfter) ->
                throw new Refused(ErrorCode.RATE_LIMITED, "Too many wrong passwords", retryAfter);
        };
        var issued = tokens.issue(account);
        return Response.ok(new Issued(issued.token(), issued.expiresAt()))
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .build();
    }

    @Schema(
            name = "Token",
            requiredProperties = {"token", "expires_at"})
    record Issued(String token, @JsonProperty("expires_at") Instant expiresAt) {
        @Override
        public String toString() {
            return "Issued[***]";
        }
    }
}
