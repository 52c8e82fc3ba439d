package dev.parley.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.parley.testing.History.Event;
import dev.parley.testing.History.Said;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A client as the protocol wants it, which comes through restarts without losing or doubling anything. Its rules, which
 * are those of {@code docs/protocol.md}: keep the session, its secret and the seq of each room; resume with them after each
 * connection whose end was not final; then say again, with the same cids, all that has no answer; acknowledge what was
 * read; stay away as long as {@link Backoff} says. All it does and sees goes into the {@link History}.
 */
public final class ReconnectingClient implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final UUID NO_ROOM_YET = new UUID(0, 0);
    private static final String HELLO = "hello";
    /** Entries between two acknowledgements. */
    private static final int ACK_EVERY = 100;

    private final TestAccount account;
    private final Supplier<URI> server;
    private final History history;
    private final Habits habits;
    private final Outbox outbox;
    private final Kept kept = new Kept();
    private final Object writing = new Object();
    private final Thread reading;

    private volatile @Nullable TestSocket socket;
    /** The socket, once it is welcomed. */
    private volatile @Nullable TestSocket attached;

    private volatile boolean closed;
    private int unacknowledged;
    private final Backoff backoff = new Backoff(FIRST_PAUSE, LONGEST_PAUSE, Seed.random());
    private final Attendance attendance = new Attendance();

    private ReconnectingClient(TestAccount account, Supplier<URI> server, History history, Habits habits) {
        this.account = account;
        this.server = server;
        this.history = history;
        this.habits = habits;
        this.outbox = new Outbox(habits.outbox());
        this.reading = Thread.ofVirtual().name(account.name()).unstarted(this::live);
    }

    /** @param server asked before each connection: a server that was started again has another port */
    public static ReconnectingClient starts(TestAccount account, Supplier<URI> server, History history, Habits habits) {
        var client = new ReconnectingClient(account, server, history, habits);
        client.reading.start();
        return client;
    }

    /** Makes a public room and reads it. */
    public UUID creates(String name) {
        var create = frame("create_room", NO_ROOM_YET, ",\"name\":\"" + name + "\",\"visibility\":\"public\"");
        var room = UUID.fromString(answer(say(create)).path("room").asText());
        read(room);
        return room;
    }

    /** Joins the room, and does not read it. */
    public void joins(UUID room) {
        answer(say(frame("join", room, "")));
    }

    /** Joins the room and reads it from its beginning. */
    public void follows(UUID room) {
        joins(room);
        read(room);
    }

    /** Says it now or as soon as there is a connection. Blocks while the outbox is full. */
    public CompletableFuture<JsonNode> says(UUID room, String body) {
        return say(frame("send", room, ",\"body\":\"" + body + "\""));
    }

    /** The highest seq of each room that it has. */
    public Map<UUID, Long> seqs() {
        return kept.seqs();
    }

    /** Commands without an answer. */
    public int unanswered() {
        return outbox.size();
    }

    /** How often it was welcomed. */
    public int connections() {
        return attendance.times();
    }

    /** The times between its connections so far; one that lasts is not among them. */
    public List<Absence> absences() {
        return attendance.absences();
    }

    public boolean isAttached() {
        return attached != null;
    }

    /** How its connections ended, of those that it was welcomed on. */
    public List<Parting> partings() {
        return attendance.partings();
    }

    private record Frame(Said said, String json) {}

    private Frame frame(String type, UUID room, String rest) {
        var said =
                new Said(room, UUID.fromString(account.id()), UUID.randomUUID().toString());
        // The cid is also the id, so that the answer finds its command on any connection.
        return new Frame(said, """
                {"type":"%s","id":"%s","cid":"%2$s","room":"%s"%s}""".formatted(type, said.cid(), room, rest));
    }

    private CompletableFuture<JsonNode> say(Frame frame) {
        var command = outbox.add(frame.said(), frame.json());
        history.add(new Event.Invoked(frame.said()));
        synchronized (writing) {
            TestSocket.tells(attached, frame.json());
        }
        return command.answer();
    }

    private void read(UUID room) {
        history.add(new Event.Subscribed(account.name(), room, 0));
        synchronized (writing) {
            kept.begin(room);
            TestSocket.tells(attached, kept.open(room));
        }
    }

    private static JsonNode answer(CompletableFuture<JsonNode> awaited) {
        return awaited.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    }

    private void live() {
        while (!closed) {
            var stay = new Stay();
            attachment(stay);
            if (stay.isFinal()) {
                return;
            }
            var asked = backoff.asked();
            stayAway(System.nanoTime() + backoff.next().toNanos());
            if (stay.welcomed) {
                attendance.parted(stay.bye, asked);
            }
        }
    }

    private void stayAway(long until) {
        for (long left = until - System.nanoTime(); left > 0 && !closed; left = until - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    /** One connection, to its end. */
    private void attachment(Stay stay) {
        try (var connection = TestSocket.opens(server.get(), habits.receiveBuffer())) {
            socket = connection;
            connection.says(kept.hello(HELLO, account.token()));
            while (!closed) {
                var frame = JSON.readTree(connection.hears());
                stay.bye |= frame.path("type").asText().equals("bye");
                hear(connection, frame);
                stay.welcomed = true;
                habits.pace().run();
            }
        } catch (TestSocket.Closed closed) {
            stay.code = closed.code();
        } catch (TestSocket.Refused refused) {
            backoff.retryAfter(refused.retryAfter());
        } catch (IOException _) {
            // Whatever ended it: what matters is kept.
        } finally {
            attached = null;
            socket = null;
        }
        if (stay.welcomed) {
            attendance.leaves(stay.code);
            outbox.all().forEach(command -> history.add(new Event.Unknown(command.said())));
        }
    }

    private void hear(TestSocket from, JsonNode frame) throws IOException {
        backoff.hears(frame);
        var type = frame.path("type").asText();
        switch (type) {
            case "welcome" -> welcome(from, frame);
            case "ok" -> ok(frame);
            case "error" -> refused(from, frame);
            case "entry" -> take(frame, frame);
            case "entries" -> takeAll(frame);
            default -> {}
        }
        if (unacknowledged >= (type.equals("caught_up") ? 1 : ACK_EVERY)) {
            unacknowledged = 0;
            TestSocket.tells(from, kept.ack());
        }
    }

    private void welcome(TestSocket from, JsonNode frame) {
        kept.welcomed(frame);
        history.add(new Event.Returned(account.name(), frame.path("resumed").asBoolean()));
        synchronized (writing) {
            backoff.welcomed(kept.seqs().keySet());
            kept.seqs().keySet().stream()
                    .filter(room -> !frame.path("heads").has(room.toString()))
                    .forEach(room -> TestSocket.tells(from, kept.open(room)));
            outbox.all().forEach(command -> TestSocket.tells(from, command.json()));
            attached = from;
        }
        attendance.comes();
    }

    private void ok(JsonNode frame) {
        if (frame.has("entries")) {
            takeAll(frame);
            return;
        }
        var command = outbox.answered(frame.path("re").asText());
        if (command == null) {
            return;
        }
        var said = command.said();
        if (said.room().equals(NO_ROOM_YET)) {
            said = new Said(room(frame), said.by(), said.cid());
            history.add(new Event.Invoked(said));
        }
        history.add(new Event.Acknowledged(
                said, frame.path("seq").asLong(), frame.path("dup").asBoolean()));
        command.answer().complete(frame);
    }

    private void refused(TestSocket from, JsonNode frame) throws IOException {
        var re = frame.path("re").asText();
        if (re.equals(HELLO)) {
            if (frame.path("code").asText().equals("session_unknown")) {
                kept.sessionUnknown();
            }
            throw new IOException("not let in: " + frame);
        }
        var command = outbox.get(re);
        if (command == null) {
            return;
        }
        if (frame.path("retry").asText().equals("after")) {
            history.add(new Event.Unknown(command.said()));
            CompletableFuture.delayedExecutor(frame.path("retry_after_ms").asLong(), TimeUnit.MILLISECONDS)
                    .execute(() -> TestSocket.tells(from.equals(attached) ? from : null, command.json()));
        } else {
            outbox.answered(re);
            history.add(new Event.Refused(command.said(), frame.path("code").asText()));
            command.answer().completeExceptionally(new AssertionError(frame.toString()));
        }
    }

    private void takeAll(JsonNode page) {
        page.path("entries").forEach(entry -> take(page, entry));
    }

    private void take(JsonNode frame, JsonNode entry) {
        long seq = entry.path("seq").asLong();
        var by = UUID.fromString(entry.path("by").asText());
        var said = new Said(room(frame), by, entry.path("cid").asText());
        history.add(new Event.Delivered(account.name(), seq, said));
        kept.has(said.room(), seq);
        unacknowledged++;
    }

    private static UUID room(JsonNode frame) {
        return UUID.fromString(frame.path("room").asText());
    }

    @Override
    public void close() {
        closed = true;
        var last = socket;
        if (last != null) {
            last.close();
        }
        reading.interrupt();
    }
}
