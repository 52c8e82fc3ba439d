package dev.parley.room;

import dev.parley.database.Interrupted;
import dev.parley.log.RoomLog;
import dev.parley.protocol.EncodedEntry;
import dev.parley.protocol.ErrorCode;
import dev.parley.protocol.Rules;
import dev.parley.protocol.ServerFrame;
import dev.parley.protocol.ServerFrame.Me;
import dev.parley.room.RoomStore.Standing;
import io.vertx.core.Future;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Shows rooms to those who may read them. */
@ApplicationScoped
public class RoomViews {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final RoomStore store;
    private final RoomLog log;
    private final RoomConfig config;

    RoomViews(RoomStore store, RoomLog log, RoomConfig config) {
        this.store = store;
        this.log = log;
        this.config = config;
    }

    void open(@Observes OpenRequested request) {
        var frame = request.frame();
        ifReadable(frame.id(), frame.room(), request.caller().account(), standing -> opened(request, standing))
                .onComplete(request.answer());
    }

    void reopen(@Observes ReopenRequested request) {
        store.heads(request.account(), request.rooms()).onComplete(request.heads());
    }

    /** What {@code reading} answers if the account may read the room, else the error to the command {@code re}. */
    public Future<ServerFrame> ifMember(
            @Nullable String re, UUID room, UUID account, Supplier<Future<ServerFrame>> reading) {
        return ifReadable(re, room, account, _ -> reading.get());
    }

    private Future<ServerFrame> ifReadable(
            @Nullable String re, UUID room, UUID account, Function<Standing, Future<ServerFrame>> reading) {
        return orUnavailable(re, store.standing(room, account).flatMap(found -> {
            var standing = found.orElse(null);
            if (standing == null || !standing.isVisible()) {
                return failed(re, ErrorCode.NOT_FOUND, "no such room");
            }
            return standing.role().isEmpty()
                    ? failed(re, ErrorCode.NOT_MEMBER, "not a member of this room")
                    : reading.apply(standing);
        }));
    }

    /** What {@code reading} answers, or the error to the command {@code re} if the database did not. */
    public static Future<ServerFrame> orUnavailable(@Nullable String re, Future<ServerFrame> reading) {
        return reading.recover(fault -> fault instanceof Interrupted
                ? Future.succeededFuture(ServerFrame.Failed.after(
                        re, ErrorCode.UNAVAILABLE, "the database does not answer", RETRY_AFTER))
                : Future.failedFuture(fault));
    }

    private Future<ServerFrame> opened(OpenRequested request, Standing standing) {
        var frame = request.frame();
        var since = frame.since();
        if (since != null && since > standing.head()) {
            return failed(frame.id(), ErrorCode.INVALID, "since is beyond the room's head");
        }
        int limit = frame.limit() == null ? config.openLimit() : frame.limit();
        Future<List<EncodedEntry>> entries = since != null
                ? log.above(frame.room(), since, Rules.MAX_PAGE)
                : limit == 0 ? Future.succeededFuture(List.of()) : log.below(frame.room(), standing.head() + 1, limit);
        return entries.flatMap(page -> store.members(frame.room(), config.membersListed())
                .map(members -> {
                    var upToHead = page.stream()
                            .filter(entry -> entry.seq() <= standing.head())
                            .toList();
                    boolean more = since != null
                            && (upToHead.isEmpty() ? since : upToHead.getLast().seq()) < standing.head();
                    return new ServerFrame.Opened(
                            frame.id(),
                            frame.room(),
                            standing.name(),
                            standing.visibility(),
                            new Me(request.caller().account(), standing.role().orElseThrow(), request.cursor()),
                            members,
                            standing.memberCount(),
                            standing.head(),
                            standing.floor(),
                            upToHead,
                            more);
                }));
    }

    private static Future<ServerFrame> failed(@Nullable String re, ErrorCode code, String message) {
        return Future.succeededFuture(ServerFrame.Failed.of(re, code, message));
    }
}
