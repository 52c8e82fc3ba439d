package dev.parley.monitor;

import dev.parley.event.EventCount;
import dev.parley.event.EventHistory;
import dev.parley.event.RecordedEvent;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.util.List;

/** The last events, and how many there were. */
@Singleton
class EventsResource implements OpsResource, Feed {
    private static final int STANDARD_PAGE = 50;

    private final EventHistory history;
    private final int pageLimit;

    EventsResource(EventHistory history, OpsConfig config) {
        this.history = history;
        this.pageLimit = config.pageLimit();
    }

    @Override
    public void register(Routes routes) {
        routes.get("/events", this::newest);
    }

    @Override
    public String topic() {
        return "events";
    }

    @Override
    public String name() {
        return "event";
    }

    @Override
    public Object told(RecordedEvent event) {
        return event;
    }

    private Future<Reply> newest(RoutingContext request) {
        int limit = Asked.limit(request, STANDARD_PAGE, pageLimit);
        return Reply.now(new Listed(history.counts(), history.newest(Asked.text(request, "type"), limit)));
    }

    /** @param events the oldest of them first, as a log is read */
    @RegisterForReflection
    record Listed(List<EventCount> counts, List<RecordedEvent> events) {}
}
