package dev.parley.session;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.parley.account.Bearer;
import dev.parley.database.Interrupted;
import dev.parley.problem.Problem;
import dev.parley.problem.Refused;
import dev.parley.protocol.ErrorCode;
import io.vertx.core.Future;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SecuritySchemeType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.security.SecurityScheme;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** A user's own sessions. */
@Path("/api/sessions")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "sessions")
@SecurityScheme(
        securitySchemeName = "token",
        type = SecuritySchemeType.HTTP,
        scheme = "bearer",
        description = "A token of /api/tokens")
@SecurityRequirement(name = "token")
@APIResponse(
        responseCode = "401",
        description = "unauthorized, token_expired",
        content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
class SessionsResource {
    private final Bearer bearer;
    private final SessionDirectory directory;

    SessionsResource(Bearer bearer, SessionDirectory directory) {
        this.bearer = bearer;
        this.directory = directory;
    }

    @GET
    @Operation(
            operationId = "listSessions",
            summary =
                    "Lists the sessions of the account: at most 200, connected ones first, then those seen most lately")
    @APIResponse(
            responseCode = "200",
            description = "Listed",
            content = @Content(schema = @Schema(implementation = Listed.class)))
    public CompletionStage<Response> list(
            @Parameter(hidden = true) @HeaderParam(HttpHeaders.AUTHORIZATION) @Nullable String authorization) {
        var account = bearer.account(authorization);
        return answer(directory
                .of(account)
                .map(sessions -> Response.ok(new Listed(
                                sessions.stream().map(SessionsResource::one).toList()))
                        .header(HttpHeaders.CACHE_CONTROL, "no-store")
                        .build()));
    }

    @DELETE
    @Path("{id}")
    @Operation(
            operationId = "revokeSession",
            summary = "Ends a session of the account, and its connection with close code 4510")
    @APIResponse(responseCode = "204", description = "Ended, now or during the last day")
    @APIResponse(
            responseCode = "404",
            description = "not_found: the account has no such session",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    public CompletionStage<Response> revoke(
            @Parameter(schema = @Schema(implementation = UUID.class)) @PathParam("id") String id,
            @Parameter(hidden = true) @HeaderParam(HttpHeaders.AUTHORIZATION) @Nullable String authorization) {
        var account = bearer.account(authorization);
        return answer(directory.revoke(account, session(id)).map(ended -> {
            if (!ended) {
                throw notFound();
            }
            return Response.noContent().build();
        }));
    }

    private static CompletionStage<Response> answer(Future<Response> answer) {
        return answer.recover(fault -> Future.failedFuture(
                        fault instanceof Interrupted away ? Refused.unavailable("The database is away", away) : fault))
                .toCompletionStage();
    }

    private static UUID session(String id) {
        try {
            return UUID.fromString(id);
        } catch (IllegalArgumentException noId) {
            throw notFound();
        }
    }

    private static Refused notFound() {
        return new Refused(ErrorCode.NOT_FOUND, "No such session");
    }

    private static One one(ListedSession session) {
        return new One(
                session.id(),
                session.device(),
                session.createdAt(),
                session.lastSeenAt(),
                session.expiresAt(),
                session.isConnected(),
                session.node());
    }

    @Schema(
            name = "Sessions",
            requiredProperties = {"sessions"})
    record Listed(List<One> sessions) {}

    /** @param node of the connection, if there is one */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Schema(
            name = "Session",
            requiredProperties = {"id", "device", "created_at", "last_seen_at", "expires_at", "connected"})
    record One(
            UUID id,
            String device,
            @JsonProperty("created_at") Instant createdAt,
            @JsonProperty("last_seen_at") Instant lastSeenAt,
            @JsonProperty("expires_at") Instant expiresAt,
            boolean connected,
            @Nullable UUID node) {}
}
