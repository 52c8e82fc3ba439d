package dev.parley.room;

import dev.parley.event.Events;
import dev.parley.log.Appended;
import dev.parley.log.Kind;
import dev.parley.log.Line;
import dev.parley.log.Replies;
import dev.parley.log.RoomLog;
import dev.parley.protocol.Payload;
import io.vertx.core.Future;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.UUID;

/** Creates, joins and leaves rooms. Each is a line in the room's log. */
@ApplicationScoped
class Rooms {
    private final RoomLog log;
    private final RoomStore store;
    private final Events events;

    Rooms(RoomLog log, RoomStore store, Events events) {
        this.log = log;
        this.store = store;
        this.events = events;
    }

    void create(@Observes CreateRoomRequested request) {
        var frame = request.frame();
        var creator = request.caller().account();
        var payload = new Payload.Room(frame.name(), frame.visibilityOrPrivate());
        var room = idOfNewRoom(creator, frame.cid());
        log.append(new Line(room, creator, frame.cid(), Kind.CREATE, payload.json()))
                .map(outcome -> Replies.to(frame.id(), room, outcome))
                .onComplete(request.answer());
    }

    void join(@Observes JoinRequested request) {
        var frame = request.frame();
        var caller = request.caller();
        var payload = new Payload.Member(caller.name());
        log.append(new Line(frame.room(), caller.account(), frame.cid(), Kind.JOIN, payload.json()))
                .map(outcome -> Replies.to(frame.id(), frame.room(), outcome))
                .onComplete(request.answer());
    }

    void leave(@Observes LeaveRequested request) {
        var frame = request.frame();
        var caller = request.caller();
        var payload = new Payload.Member(caller.name());
        log.append(new Line(frame.room(), caller.account(), frame.cid(), Kind.LEAVE, payload.json()))
                .flatMap(outcome -> told(new MemberLeft(frame.room(), caller.account()), outcome))
                .map(outcome -> Replies.to(frame.id(), frame.room(), outcome))
                .onComplete(request.answer());
    }

    /** A repeated leave tells too, for the first commit's answer may have been lost; but not of one who has come back. */
    private Future<Appended> told(MemberLeft leaver, Appended outcome) {
        return switch (outcome) {
            case Appended.Written _ -> {
                events.fire(leaver);
                yield Future.succeededFuture(outcome);
            }
            case Appended.Known _ ->
                store.heads(leaver.account(), List.of(leaver.room())).map(memberOf -> {
                    if (memberOf.isEmpty()) {
                        events.fire(leaver);
                    }
                    return outcome;
                });
            case Appended.Refused _, Appended.Unavailable _, Appended.Faulty _ -> Future.succeededFuture(outcome);
        };
    }

    /**
     * The id follows from creator and cid, so that a repeated {@code create_room} meets the room that the first one made,
     * and its cid is looked up like any other. UUID version 8 (RFC 9562, section 5.8) over SHA-256.
     */
    private static UUID idOfNewRoom(UUID creator, String cid) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            digest.update(creator.toString().getBytes(StandardCharsets.US_ASCII));
            var hash = ByteBuffer.wrap(digest.digest(cid.getBytes(StandardCharsets.UTF_8)));
            long high = (hash.getLong() & ~0xF000L) | 0x8000L;
            long low = (hash.getLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
            return new UUID(high, low);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
