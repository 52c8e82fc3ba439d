package dev.parley.presence;

import dev.parley.cluster.Wakeup;
import dev.parley.cluster.Wakeups;
import dev.parley.cluster.WakeupsHeard;
import dev.parley.event.Events;
import dev.parley.log.Heads;
import dev.parley.task.TaskManager;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** Tells who types: at once, then no more often than a reader can use; what was said last is told in the end. */
@ApplicationScoped
class Typing {
    /** After something was told of somebody in a room, nothing is for this time. */
    private static final Duration QUIET = Duration.ofSeconds(1);

    private final Events events;
    private final TaskManager tasks;
    private final Wakeups wakeups;
    private final Heads heads;
    /** What was said last by those of whom something was told within the quiet time; each has one task that ends it. */
    private final ConcurrentHashMap<Typist, Boolean> latest = new ConcurrentHashMap<>();

    private record Typist(UUID account, UUID room) {}

    Typing(Events events, TaskManager tasks, Wakeups wakeups, Heads heads) {
        this.events = events;
        this.tasks = tasks;
        this.wakeups = wakeups;
        this.heads = heads;
    }

    void hear(@Observes TypingRequested request) {
        var typist = new Typist(request.account(), request.room());
        if (latest.put(typist, request.on()) == null) {
            tell(typist, request.on());
        }
    }

    /** Told as seldom as by the node where it was said, and not passed on. */
    void hear(@Observes WakeupsHeard event) {
        event.of(Wakeup.Typing.class).stream()
                .filter(typing -> heads.isWatched(typing.room()))
                .forEach(typing -> events.fire(new TypingChanged(typing.room(), typing.account(), typing.on())));
    }

    private void tell(Typist typist, boolean on) {
        events.fire(new TypingChanged(typist.room(), typist.account(), on));
        wakeups.tell(new Wakeup.Typing(typist.room(), typist.account(), on));
        tasks.after("presence.typing", QUIET, () -> {
            if (!latest.remove(typist, on)) { // something else was said meanwhile; only this task takes it away
                tell(typist, latest.getOrDefault(typist, false));
            }
        });
    }
}
