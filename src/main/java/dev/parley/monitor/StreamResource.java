package dev.parley.monitor;

import dev.parley.event.EventHistory;
import dev.parley.problem.Refused;
import dev.parley.protocol.ErrorCode;
import dev.parley.task.TaskManager;
import io.quarkus.arc.All;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The live stream: server-sent events of all topics that are asked for. */
@Singleton
class StreamResource implements OpsResource {
    private final List<Topic> topics;
    private final List<Feed> feeds;
    private final EventHistory history;
    private final Streams streams;
    private final TaskManager tasks;
    private final OpsConfig config;
    private final OpsJson json;

    StreamResource(
            @All List<Topic> topics,
            @All List<Feed> feeds,
            EventHistory history,
            Streams streams,
            TaskManager tasks,
            OpsConfig config,
            OpsJson json) {
        this.topics = topics;
        this.feeds = feeds;
        this.history = history;
        this.streams = streams;
        this.tasks = tasks;
        this.config = config;
        this.json = json;
    }

    @Override
    public void register(Routes routes) {
        routes.stream("/stream", this::open);
    }

    private void open(RoutingContext request) {
        var wanted = wanted(request);
        var shown =
                topics.stream().filter(topic -> wanted.contains(topic.topic())).toList();
        var told = feeds.stream().filter(feed -> wanted.contains(feed.topic())).toList();
        var events = new EventQueue(config.streamQueue());
        var subscriber = new Subscriber(request.response(), shown, told, events, json);
        var stream = new OpenStream(request, subscriber, tasks, config.streamPatience());
        streams.enter(stream);
        request.response()
                .setChunked(true)
                .putHeader(HttpHeaders.CONTENT_TYPE, "text/event-stream")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        Runnable unlisten = told.isEmpty() ? () -> {} : listen(told, events);
        stream.begin(() -> {
            unlisten.run();
            streams.leave(stream);
        });
    }

    /** What nobody wants to be told of must not push out of the queue what somebody does. */
    private Runnable listen(List<Feed> told, EventQueue events) {
        return history.listen(event -> {
            if (told.stream().anyMatch(feed -> feed.told(event) != null)) {
                events.add(event);
            }
        });
    }

    private Set<String> wanted(RoutingContext request) {
        var known = Stream.concat(
                        topics.stream().map(Topic::topic), feeds.stream().map(Feed::topic))
                .collect(Collectors.toCollection(TreeSet::new));
        var wanted = Asked.text(request, "topics")
                .map(text -> Arrays.stream(text.split(",", -1)).collect(Collectors.toSet()))
                .orElse(known);
        if (!known.containsAll(wanted)) {
            throw new Refused(ErrorCode.INVALID, "topics are some of " + String.join(",", known));
        }
        return wanted;
    }
}
