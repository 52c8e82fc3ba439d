package dev.parley.gateway;

import dev.parley.account.TokenVerifier;
import dev.parley.account.TokenVerifier.Verdict;
import dev.parley.cluster.Wakeup;
import dev.parley.cluster.WakeupsHeard;
import dev.parley.event.Events;
import dev.parley.gateway.Connection.State;
import dev.parley.protocol.ClientFrame;
import dev.parley.protocol.ClientFrame.Hello;
import dev.parley.protocol.CloseCode;
import dev.parley.protocol.ErrorCode;
import dev.parley.protocol.ServerFrame;
import dev.parley.protocol.ServerFrame.Failed;
import dev.parley.session.Attachment;
import dev.parley.session.Caller;
import dev.parley.session.HelloRequested;
import dev.parley.session.SessionDetached;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Lets a connection in: verifies its token, has it attached to a session, and opens again what it had open. */
@ApplicationScoped
class Greeting {
    private static final Duration COME_BACK_AFTER = Duration.ofMinutes(1);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final TokenVerifier tokens;
    private final Admission admission;
    private final Events events;
    private final Attached attached;
    private final Reopening reopening;
    private final Welcomes welcomes;
    /** Of the hellos that wait: by the session that each is to resume. */
    private final Map<UUID, Connection> resuming = new ConcurrentHashMap<>();

    Greeting(
            TokenVerifier tokens,
            Admission admission,
            Events events,
            Attached attached,
            Reopening reopening,
            Welcomes welcomes) {
        this.tokens = tokens;
        this.admission = admission;
        this.events = events;
        this.attached = attached;
        this.reopening = reopening;
        this.welcomes = welcomes;
    }

    /** Ends when the client was welcomed or refused; after a fault the connection waits for another hello. */
    Future<Outcome> hello(Connection connection, Hello frame) {
        if (!(connection.state() instanceof State.AwaitingHello waiting)) {
            return Future.succeededFuture(
                    connection.answer(Failed.of(frame.id(), ErrorCode.INVALID, "hello was said before")));
        }
        var token = frame.token() == null ? connection.wire().upgrade().token().orElse(null) : frame.token();
        if (!(verified(connection, frame.id(), token) instanceof Verdict.Valid identity)) {
            return Future.succeededFuture(Outcome.REFUSED);
        }
        var greeting = waiting.greet();
        connection.become(greeting);
        long began = System.nanoTime();
        return turn(connection, frame).transform(turn -> {
            if (turn.failed()) {
                leave(connection, greeting, greeting.startOver());
                return Future.succeededFuture(connection.answer(crowded(frame.id())));
            }
            var outcome = admitted(connection, frame, greeting, System.nanoTime() - began, identity);
            admission.leaveAfter(outcome);
            return outcome;
        });
    }

    /**
     * Another node has attached to a session that is also to be resumed here, by a hello that waits. Its client has most
     * likely given it up, and must not lose what it has there; a client that has not hears that it may say it again.
     */
    void hear(@Observes WakeupsHeard event) {
        event.of(Wakeup.Attached.class).forEach(attached -> {
            var connection = resuming.get(attached.session());
            if (connection != null) {
                admission.withdraw(connection);
            }
        });
    }

    /** In the context that the hello came in, so that what is asked of the database stands below it in a trace. */
    private Future<Void> turn(Connection connection, Hello frame) {
        var context = Vertx.currentContext();
        var resume = frame.resume();
        if (resume != null) {
            resuming.put(resume.session(), connection);
        }
        var turn = connection
                .<Void>ask(promise -> admission.enter(connection, promise), _ -> admission.leave())
                .transform(outcome -> {
                    if (resume != null) {
                        resuming.remove(resume.session(), connection);
                    }
                    return outcome.succeeded() ? Future.<Void>succeededFuture() : Future.failedFuture(outcome.cause());
                });
        return context == null ? turn : Future.fromCompletionStage(turn.toCompletionStage(), context);
    }

    private Future<Outcome> admitted(
            Connection connection, Hello frame, State.Greeting waiting, long waited, Verdict.Valid identity) {
        if (!connection.state().equals(waiting) || connection.wire().isLeft()) { // meanwhile
            return Future.succeededFuture(Outcome.OK);
        }
        var greeting = waiting.waited(waited);
        connection.become(greeting);
        return connection
                .<Attachment>ask(
                        answer -> events.fire(new HelloRequested(identity.accountId(), frame, answer)), this::letGo)
                .flatMap(attachment -> switch (attachment) {
                    case Attachment.Refused(var code, var message) -> {
                        leave(connection, greeting, greeting.refuse());
                        yield Future.succeededFuture(connection.answer(Failed.of(frame.id(), code, message)));
                    }
                    case Attachment.TooMany(int most) -> {
                        var outcome = connection.answer(tooMany(frame.id(), most));
                        connection.end(CloseCode.TOO_MANY_CONNECTIONS, "too many sessions of this account");
                        yield Future.succeededFuture(outcome);
                    }
                    case Attachment.Attached attachedTo -> welcome(connection, frame, attachedTo, greeting, identity);
                })
                .recover(fault -> {
                    startOver(connection, greeting);
                    return Future.failedFuture(fault);
                });
    }

    /** As if no hello had been said, also if its client is in already but was not told so. */
    private void startOver(Connection connection, State.Greeting greeting) {
        if (connection.state() instanceof State.Active active) {
            connection.readers().closeAll();
            connection.become(greeting.startOver());
            attached.remove(active.session().id(), connection);
            events.fire(new SessionDetached(active.session(), active.generation()));
        } else {
            leave(connection, greeting, greeting.startOver());
        }
    }

    /** A fresh token for a connection that is attached: of the same account. */
    Outcome renew(Connection connection, ClientFrame.Auth frame, State.Active active) {
        if (!(verified(connection, frame.id(), frame.token()) instanceof Verdict.Valid identity)) {
            return Outcome.REFUSED;
        }
        if (!identity.accountId().equals(active.caller().account())) {
            return connection.answer(Failed.of(frame.id(), ErrorCode.UNAUTHORIZED, "the token is another account's"));
        }
        connection.become(active.renew(identity.expiresAt()));
        return connection.answer(new ServerFrame.Done(frame.id()));
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

    private static void leave(Connection connection, State.Greeting greeting, State next) {
        if (connection.state().equals(greeting)) {
            connection.become(next);
        }
    }

    /** An attachment that nobody waits for any more. */
    private void letGo(Attachment attachment) {
        if (attachment instanceof Attachment.Attached attachedTo) {
            events.fire(new SessionDetached(attachedTo.session(), attachedTo.generation()));
        }
    }

    /** Others were before it, for too long, or nobody is let in any more. */
    private static Failed crowded(@Nullable String re) {
        return Failed.after(re, ErrorCode.UNAVAILABLE, "not let in yet; say hello again", RETRY_AFTER);
    }

    /** Waiting may help, since devices come and go; ending a session does. */
    private static Failed tooMany(@Nullable String re, int most) {
        return Failed.after(
                re,
                ErrorCode.RATE_LIMITED,
                "all %d sessions that this account may have are connected; end one of them".formatted(most),
                COME_BACK_AFTER);
    }

    private Future<Outcome> welcome(
            Connection connection,
            Hello frame,
            Attachment.Attached attachment,
            State.Greeting greeting,
            Verdict.Valid identity) {
        var session = attachment.session();
        if (!connection.state().equals(greeting)) { // the socket closed meanwhile
            letGo(attachment);
            return Future.succeededFuture(Outcome.OK);
        }
        var caller = new Caller(identity.accountId(), identity.name(), session.id());
        int window = frame.window() == null ? Integer.MAX_VALUE : frame.window();
        connection.become(greeting.attach(caller, session, attachment.generation(), identity.expiresAt(), window));
        attached.add(session.id(), connection);
        if (session.isEnded()) { // meanwhile: it was told to the connections that were attached
            connection.end(CloseCode.REVOKED, "the session was ended");
            return Future.succeededFuture(Outcome.REFUSED);
        }
        if (session.isOvertaken(attachment.generation())) { // the same
            connection.end(CloseCode.REPLACED, "another connection has the session");
            return Future.succeededFuture(Outcome.REFUSED);
        }
        var resume = frame.resume();
        Map<UUID, Long> rooms = resume == null ? Map.of() : resume.rooms();
        return reopening
                .reopen(connection, rooms, heads -> connection.send(welcomes.welcome(frame.id(), attachment, heads)))
                .map(_ -> {
                    connection.wire().upgrade().forgetToken();
                    return Outcome.OK;
                });
    }
}
