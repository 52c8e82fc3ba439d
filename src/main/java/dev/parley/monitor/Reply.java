package dev.parley.monitor;

import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/** What an operation answers when it has gone well. */
record Reply(int status, @Nullable Object body) {
    private static final int OK = 200;
    private static final int ACCEPTED = 202;
    private static final int NO_CONTENT = 204;

    static Reply ok(Object body) {
        return new Reply(OK, body);
    }

    /** It goes on after the answer. */
    static Reply accepted(Object body) {
        return new Reply(ACCEPTED, body);
    }

    static Reply done() {
        return new Reply(NO_CONTENT, null);
    }

    static Future<Reply> now(Object body) {
        return Future.succeededFuture(ok(body));
    }
}
