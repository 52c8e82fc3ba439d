package dev.parley.presence;

import dev.parley.database.DatabaseWork;
import dev.parley.event.Events;
import dev.parley.protocol.ErrorCode;
import dev.parley.protocol.ServerFrame;
import dev.parley.room.RoomViews;
import dev.parley.session.ConnectedAccounts;
import dev.parley.session.SessionBegan;
import dev.parley.session.SessionResumed;
import dev.parley.task.Chore;
import dev.parley.task.TaskManager;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Gatherers;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Tells who is online. Of rooms that are watched it looks now and then, for all who watch; who comes to this node is told
 * within a second, also while the database is away. Who goes is told by the next look, after the grace: a client that
 * comes back meanwhile, because its node was restarted, was never gone.
 */
@ApplicationScoped
class Presence {
    /** Those who come within it are told together. */
    private static final Duration QUIET = Duration.ofSeconds(1);
    /** As many as one statement looks at, and as one event is about: either is read in one go by an event loop. */
    private static final int ROOMS_AT_ONCE = 20;

    private final PresenceStore store;
    private final Rosters rosters;
    private final RoomViews rooms;
    private final ConnectedAccounts connected;
    private final Events events;
    private final TaskManager tasks;
    private final PresenceConfig config;
    /** The rooms that are being looked at for who asked: whoever else asks meanwhile gets the same answer. */
    private final ConcurrentHashMap<UUID, Future<Roster>> looks = new ConcurrentHashMap<>();

    private final Set<UUID> arrivals = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean toBeTold = new AtomicBoolean();

    Presence(
            PresenceStore store,
            Rosters rosters,
            RoomViews rooms,
            ConnectedAccounts connected,
            Events events,
            TaskManager tasks,
            PresenceConfig config,
            MeterRegistry metrics) {
        this.store = store;
        this.rosters = rosters;
        this.rooms = rooms;
        this.connected = connected;
        this.events = events;
        this.tasks = tasks;
        this.config = config;
        Gauge.builder("parley.presence.rooms", rosters, Rosters::count)
                .description("Rooms of which somebody on this node is told who is online")
                .register(metrics);
    }

    void start(@Observes StartupEvent started) {
        tasks.every(Chore.every(config.interval(), "presence.look"), this::look);
    }

    void show(@Observes PresenceRequested request) {
        var room = request.frame().room();
        (room == null ? users(request) : room(request, room)).onComplete(request.answer());
    }

    void arrive(@Observes SessionBegan event) {
        arrive(event.account());
    }

    void arrive(@Observes SessionResumed event) {
        arrive(event.account());
    }

    private void arrive(UUID account) {
        if (rosters.count() > 0) {
            arrivals.add(account);
            if (toBeTold.compareAndSet(false, true)) {
                tasks.after("presence.arrivals", QUIET, this::tellArrivals);
            }
        }
    }

    private void tellArrivals() {
        toBeTold.set(false);
        var arrived = Set.copyOf(arrivals);
        arrivals.removeAll(arrived);
        inParts(rosters.watched())
                .forEach(part -> tell(part.stream()
                        .filter(room -> rosters.arrived(room, arrived))
                        .toList()));
    }

    /** What fails for some rooms is done for the others. */
    private void look() throws Exception {
        Exception first = null;
        for (var part : inParts(rosters.watched()).toList()) {
            try {
                look(part);
            } catch (InterruptedException e) {
                throw e;
            } catch (Exception fault) {
                first = first == null ? fault : first;
            }
        }
        if (first != null) {
            throw first;
        }
    }

    private void look(List<UUID> part) throws Exception {
        var found = DatabaseWork.await(store.rosters(part));
        tell(part.stream()
                .filter(room -> rosters.found(room, withConnected(found.getOrDefault(room, Roster.EMPTY))))
                .toList());
    }

    private static Stream<List<UUID>> inParts(List<UUID> rooms) {
        return rooms.stream().gather(Gatherers.windowFixed(ROOMS_AT_ONCE));
    }

    private void tell(List<UUID> changed) {
        if (!changed.isEmpty()) {
            events.fire(new PresenceChanged(changed));
        }
    }

    /** Who is connected here is online, whatever is stored. */
    private Roster withConnected(Roster found) {
        return found.with(connected.among(found.members()));
    }

    private Future<ServerFrame> users(PresenceRequested request) {
        var re = request.frame().id();
        var users = Objects.requireNonNull(request.frame().users());
        return RoomViews.orUnavailable(
                re,
                store.acquaintances(request.caller().account(), users)
                        .map(found -> new ServerFrame.Online(
                                re, null, withConnected(found).online())));
    }

    /** From memory, if it is watched by anybody here. */
    private Future<ServerFrame> room(PresenceRequested request, UUID room) {
        var re = request.frame().id();
        var account = request.caller().account();
        var known = request.reading() ? rosters.of(room) : null;
        return known != null && known.members().contains(account)
                ? Future.succeededFuture(shown(re, room, known))
                : rooms.ifMember(re, room, account, () -> lookAt(room).map(roster -> shown(re, room, roster)));
    }

    private ServerFrame shown(@Nullable String re, UUID room, Roster roster) {
        return roster.partial()
                ? ServerFrame.Failed.of(
                        re, ErrorCode.TOO_LARGE, "the room has more than " + config.members() + " members")
                : new ServerFrame.Online(re, room, roster.online());
    }

    private Future<Roster> lookAt(UUID room) {
        var promise = Promise.<Roster>promise();
        var underWay = looks.putIfAbsent(room, promise.future());
        if (underWay != null) {
            return underWay;
        }
        Future.succeededFuture()
                .flatMap(_ -> store.rosters(List.of(room)))
                .map(found -> withConnected(found.getOrDefault(room, Roster.EMPTY)))
                .onComplete(outcome -> {
                    looks.remove(room);
                    promise.handle(outcome);
                });
        return promise.future().onSuccess(roster -> rosters.foundFirst(room, roster));
    }
}
