package dev.parley.monitor;

import dev.parley.database.Interrupted;
import dev.parley.event.RecordedEvent;
import dev.parley.problem.Refused;
import dev.parley.protocol.ErrorCode;
import dev.parley.session.ListedSession;
import dev.parley.session.SessionBegan;
import dev.parley.session.SessionDetached;
import dev.parley.session.SessionDirectory;
import dev.parley.session.SessionDirectory.Place;
import dev.parley.session.SessionEnded;
import dev.parley.session.SessionFenced;
import dev.parley.session.SessionResumed;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The sessions of all nodes: looked at, revoked; a stream tells what becomes of those of this node. */
@Singleton
class SessionsResource implements OpsResource, Feed {
    private static final Logger LOG = Logger.getLogger(SessionsResource.class);
    private static final int STANDARD_PAGE = 50;
    private static final String ACCOUNT = "account";
    /** By the names of the events that tell of them. */
    private static final Map<String, String> CHANGES = Map.of(
            SessionBegan.class.getSimpleName(), "began",
            SessionResumed.class.getSimpleName(), "resumed",
            SessionDetached.class.getSimpleName(), "detached",
            SessionFenced.class.getSimpleName(), "fenced",
            SessionEnded.class.getSimpleName(), "ended");

    private final SessionDirectory directory;
    private final int pageLimit;

    SessionsResource(SessionDirectory directory, OpsConfig config) {
        this.directory = directory;
        this.pageLimit = Math.min(config.pageLimit(), SessionDirectory.MOST_LISTED);
    }

    @Override
    public void register(Routes routes) {
        routes.get("/sessions", request -> whenThere(list(request)));
        routes.delete("/sessions", request -> whenThere(revokeAll(request)));
        routes.delete("/sessions/:id", request -> whenThere(revoke(request)));
    }

    @Override
    public String topic() {
        return "sessions";
    }

    @Override
    public String name() {
        return "session";
    }

    @Override
    public @Nullable Object told(RecordedEvent event) {
        var change = CHANGES.get(event.type());
        var of = event.subjects();
        return change == null ? null : new Changed(event.at(), of.account(), of.session(), change, of.what());
    }

    private Future<Reply> list(RoutingContext request) {
        int limit = Asked.limit(request, STANDARD_PAGE, pageLimit);
        var account = Asked.id(request, ACCOUNT);
        var after = Asked.text(request, "after").map(SessionsResource::place);
        if (account.isPresent() && after.isPresent()) {
            throw new Refused(ErrorCode.INVALID, "after is for all accounts; one account's sessions are one page");
        }
        return account.map(of -> directory.of(of).map(all -> all.subList(0, Math.min(limit, all.size()))))
                .orElseGet(() -> directory.page(after.orElse(Place.START), limit))
                .map(page -> Reply.ok(new Listed(page, account.isPresent() ? null : next(page, limit))));
    }

    private Future<Reply> revoke(RoutingContext request) {
        var session = Asked.id("id", Asked.path(request, "id"));
        LOG.infof("Session %s is revoked by an operator at %s", session, Asked.address(request));
        return directory.revoke(session).map(found -> {
            if (!found) {
                throw Routes.notFound("No such session");
            }
            return Reply.done();
        });
    }

    private Future<Reply> revokeAll(RoutingContext request) {
        var account = Asked.id(request, ACCOUNT)
                .orElseThrow(() -> new Refused(ErrorCode.INVALID, "account says whose sessions are revoked"));
        LOG.infof("All sessions of account %s are revoked by an operator at %s", account, Asked.address(request));
        return directory.revokeAll(account).map(count -> Reply.ok(new Revoked(count)));
    }

    private static Future<Reply> whenThere(Future<Reply> answer) {
        return answer.recover(fault -> Future.failedFuture(
                fault instanceof Interrupted away ? Refused.unavailable("The database is away", away) : fault));
    }

    private static @Nullable String next(List<ListedSession> page, int limit) {
        return page.size() < limit
                ? null
                : page.getLast().account() + "." + page.getLast().id();
    }

    private static Place place(String after) {
        int dot = after.indexOf('.');
        if (dot < 0) {
            throw new Refused(ErrorCode.INVALID, "after is what the page before gave as next");
        }
        UUID account = Asked.id("after", after.substring(0, dot));
        return new Place(account, Asked.id("after", after.substring(dot + 1)));
    }

    /** @param next what to ask for {@code after} to go on; null if there is no more */
    @RegisterForReflection
    record Listed(List<ListedSession> sessions, @Nullable String next) {}

    /**
     * @param account null if it is fenced: another node has it, and knows whose it is
     * @param cause null unless it has ended
     */
    @RegisterForReflection
    record Changed(
            Instant at,
            @Nullable UUID account,
            @Nullable UUID id,
            String change,
            @Nullable String cause) {}

    @RegisterForReflection
    record Revoked(int revoked) {}
}
