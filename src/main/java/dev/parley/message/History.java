package dev.parley.message;

import dev.parley.log.RoomLog;
import dev.parley.protocol.EncodedEntry;
import dev.parley.protocol.Rules;
import dev.parley.protocol.ServerFrame;
import dev.parley.room.RoomViews;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;

/** Looks up what was said. */
@ApplicationScoped
class History {
    private final RoomLog log;
    private final RoomViews rooms;

    History(RoomLog log, RoomViews rooms) {
        this.log = log;
        this.rooms = rooms;
    }

    void page(@Observes HistoryRequested request) {
        var frame = request.frame();
        int limit = frame.limit() == null ? Rules.MAX_PAGE : frame.limit();
        rooms.ifMember(frame.id(), frame.room(), request.caller().account(), () -> {
                    // One more than asked for tells whether there is more.
                    var after = frame.after();
                    if (after != null) {
                        return log.above(frame.room(), after, limit + 1).map(entries -> {
                            var page = entries.subList(0, Math.min(limit, entries.size()));
                            return page(request, page, entries.size() > limit);
                        });
                    }
                    long before = frame.before() == null ? Long.MAX_VALUE : frame.before();
                    return log.below(frame.room(), before, limit + 1).map(entries -> {
                        var page = entries.subList(Math.max(0, entries.size() - limit), entries.size());
                        return page(request, page, entries.size() > limit);
                    });
                })
                .onComplete(request.answer());
    }

    private static ServerFrame page(HistoryRequested request, List<EncodedEntry> entries, boolean more) {
        return new ServerFrame.Page(request.frame().id(), request.frame().room(), entries, more);
    }
}
