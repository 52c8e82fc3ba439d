package dev.parley.gateway;

import dev.parley.account.TokenVerifier;
import dev.parley.account.TokenVerifier.Verdict;
import dev.parley.event.Events;
import dev.parley.gateway.Connection.State;
import dev.parley.protocol.ClientFrame;
import dev.parley.protocol.ClientFrame.Hello;
import dev.parley.protocol.CloseCode;
import dev.parley.protocol.ErrorCode;
import dev.parley.protocol.ServerFrame;
import dev.parley.session.Attachment;
import dev.parley.session.Caller;
import dev.parley.session.HelloRequested;
import dev.parley.session.SessionDetached;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Lets a connection in: verifies its token, has it attached to a session, and opens again what it had open. */
@ApplicationScoped
class Greeting {
    private static final Duration COME_BACK_AFTER = Duration.ofMinutes(1);

    private final TokenVerifier tokens;
    private final Events events;
    private final Attached attached;
    private final Reopening reopening;
    private final Welcomes welcomes;

    Greeting(TokenVerifier tokens, Events events, Attached attached, Reopening reopening, Welcomes welcomes) {
        this.tokens = tokens;
        this.events = events;
        this.attached = attached;
        this.reopening = reopening;
        this.welcomes = welcomes;
    }

    /** Ends when the client was welcomed or refused. */
    Future<Void> hello(Connection connection, Hello frame) {
        if (!(connection.state() instanceof State.AwaitingHello waiting)) {
            connection.refuse(frame.id(), ErrorCode.INVALID, "hello was said before");
            return Future.succeededFuture();
        }
        var token = frame.token() == null ? connection.wire().upgradeToken().orElse(null) : frame.token();
        if (!(verified(connection, frame.id(), token) instanceof Verdict.Valid identity)) {
            return Future.succeededFuture();
        }
        var greeting = waiting.greet();
        connection.become(greeting);
        Promise<Attachment> answer = Promise.promise();
        events.fire(new HelloRequested(identity.accountId(), frame, answer));
        return connection
                .here(answer.future())
                .onFailure(_ -> refused(connection, greeting))
                .flatMap(attachment -> switch (attachment) {
                    case Attachment.Refused(var code, var message) -> {
                        refused(connection, greeting);
                        connection.refuse(frame.id(), code, message);
                        yield Future.succeededFuture();
                    }
                    case Attachment.TooMany(int most) -> {
                        connection.send(tooMany(frame.id(), most));
                        connection.end(CloseCode.TOO_MANY_CONNECTIONS, "too many sessions of this account");
                        yield Future.succeededFuture();
                    }
                    case Attachment.Attached attachedTo -> welcome(connection, frame, attachedTo, greeting, identity);
                });
    }

    /** A fresh token for a connection that is attached: of the same account. */
    void renew(Connection connection, ClientFrame.Auth frame, State.Active active) {
        if (!(verified(connection, frame.id(), frame.token()) instanceof Verdict.Valid identity)) {
            return;
        }
        if (!identity.accountId().equals(active.caller().account())) {
            connection.refuse(frame.id(), ErrorCode.UNAUTHORIZED, "the token is another account's");
            return;
        }
        connection.become(active.renew(identity.expiresAt()));
        connection.send(new ServerFrame.Done(frame.id()));
    }

    private @Nullable Verdict verified(Connection connection, @Nullable String re, @Nullable String token) {
        var verdict = token == null ? new Verdict.Forged() : tokens.verify(token);
        switch (verdict) {
            case Verdict.Valid _ -> {}
            case Verdict.Expired() -> connection.refuse(re, ErrorCode.TOKEN_EXPIRED, "the token has expired");
            case Verdict.Forged() ->
                connection.refuse(re, ErrorCode.UNAUTHORIZED, token == null ? "token is missing" : "not a valid token");
        }
        return verdict;
    }

    private static void refused(Connection connection, State.Greeting greeting) {
        if (connection.state().equals(greeting)) {
            connection.become(greeting.refuse());
        }
    }

    /** Waiting may help, since devices come and go; ending a session does. */
    private static ServerFrame.Failed tooMany(@Nullable String re, int most) {
        return ServerFrame.Failed.after(
                re,
                ErrorCode.RATE_LIMITED,
                "all %d sessions that this account may have are connected; end one of them".formatted(most),
                COME_BACK_AFTER);
    }

    private Future<Void> welcome(
            Connection connection,
            Hello frame,
            Attachment.Attached attachment,
            State.Greeting greeting,
            Verdict.Valid identity) {
        var session = attachment.session();
        if (!connection.state().equals(greeting)) { // the socket closed meanwhile
            events.fire(new SessionDetached(session, attachment.generation()));
            return Future.succeededFuture();
        }
        var caller = new Caller(identity.accountId(), identity.name(), session.id());
        int window = frame.window() == null ? Integer.MAX_VALUE : frame.window();
        connection.become(greeting.attach(caller, session, attachment.generation(), identity.expiresAt(), window));
        attached.add(session.id(), connection);
        if (session.isEnded()) { // meanwhile: it was told to the connections that were attached
            connection.end(CloseCode.REVOKED, "the session was ended");
            return Future.succeededFuture();
        }
        var resume = frame.resume();
        Map<UUID, Long> rooms = resume == null ? Map.of() : resume.rooms();
        return reopening.reopen(
                connection, rooms, heads -> connection.send(welcomes.welcome(frame.id(), attachment, heads)));
    }
}
