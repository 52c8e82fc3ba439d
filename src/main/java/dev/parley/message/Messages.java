package dev.parley.message;

import dev.parley.log.Kind;
import dev.parley.log.Line;
import dev.parley.log.Replies;
import dev.parley.log.RoomLog;
import dev.parley.protocol.ErrorCode;
import dev.parley.protocol.Payload;
import dev.parley.protocol.ServerFrame;
import io.netty.buffer.ByteBufUtil;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/** Makes a line of what a member says. Who may say it is decided with the line's number, under the room's lock. */
@ApplicationScoped
class Messages {
    private final RoomLog log;
    private final MessageConfig config;

    Messages(RoomLog log, MessageConfig config) {
        this.log = log;
        this.config = config;
    }

    /** On the connection's event loop. */
    void send(@Observes SendRequested request) {
        var frame = request.frame();
        if (ByteBufUtil.utf8Bytes(frame.body()) > config.bodyBytes()) {
            request.answer()
                    .complete(ServerFrame.Failed.of(
                            frame.id(),
                            ErrorCode.TOO_LARGE,
                            "body must have at most " + config.bodyBytes() + " bytes"));
            return;
        }
        var payload = new Payload.Message(frame.body(), frame.replyTo(), frame.mentions());
        log.append(new Line(frame.room(), request.caller().account(), frame.cid(), Kind.MESSAGE, payload.json()))
                .map(outcome -> Replies.to(frame.id(), frame.room(), outcome))
                .onComplete(request.answer());
    }
}
