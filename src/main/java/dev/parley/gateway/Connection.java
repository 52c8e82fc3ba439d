package dev.parley.gateway;

import dev.parley.protocol.CloseCode;
import dev.parley.protocol.ErrorCode;
import dev.parley.protocol.FrameWriter;
import dev.parley.protocol.ServerFrame;
import dev.parley.session.Caller;
import dev.parley.session.Session;
import io.netty.buffer.ByteBuf;
import io.quarkus.websockets.next.UserData.TypedKey;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One WebSocket and what it stands for. Confined to its event loop unless a method says otherwise. */
final class Connection {
    static final TypedKey<Connection> KEY = new TypedKey<>("parley.connection");

    private final String id;
    private final Wire wire;
    private final Shard shard;
    private final Readers readers;
    private final BiConsumer<Connection, Reader> later;
    private final ErrorBoundary boundary;
    private final Awaited awaited;
    private volatile State state;
    private boolean leaving;

    /** Where a connection is in its life; each step is a method of the state that it leaves. */
    sealed interface State {
        /** The socket is open. */
        record AwaitingHello(long openedAtNanos) implements State {
            Greeting greet() {
                return new Greeting(this);
            }
        }

        /** A hello is being answered. */
        record Greeting(AwaitingHello before) implements State {
            /** The hello has waited for so long, which does not count as the client's time. */
            Greeting waited(long nanos) {
                return new Greeting(new AwaitingHello(before.openedAtNanos() + nanos));
            }

            /** The hello was refused; the client may say another, in what is left of its time. */
            AwaitingHello refuse() {
                return before;
            }

            /** The hello failed by a fault of ours; the client has as much time as at first for another. */
            AwaitingHello startOver() {
                return new AwaitingHello(System.nanoTime());
            }

            Active attach(Caller caller, Session session, long generation, Instant tokenExpiresAt, int window) {
                return new Active(caller, session, generation, tokenExpiresAt, window);
            }
        }

        /** Attached to a session. */
        record Active(Caller caller, Session session, long generation, Instant tokenExpiresAt, int window)
                implements State {
            Active renew(Instant newTokenExpiresAt) {
                return new Active(caller, session, generation, newTokenExpiresAt, window);
            }
        }

        /** Closed, or about to be: nothing more is said. {@code last} is what it was attached to, null if it never
         * was. */
        record Ended(@Nullable Active last) implements State {}
    }

    Connection(
            String id,
            Wire wire,
            Shard shard,
            Readers.Sources sources,
            BiConsumer<Connection, Reader> later,
            ErrorBoundary boundary) {
        this.id = id;
        this.wire = wire;
        this.shard = shard;
        this.readers = new Readers(this, shard, sources);
        this.later = later;
        this.boundary = boundary;
        this.awaited = new Awaited(wire.loop());
        this.state = new State.AwaitingHello(System.nanoTime());
        wire.onWritable(() -> vital("reading", () -> readers.forEach(Reader::goOn)));
    }

    /** Lets those find it who look for connections. */
    void admit() {
        shard.add(this);
    }

    String id() {
        return id;
    }

    Wire wire() {
        return wire;
    }

    Readers readers() {
        return readers;
    }

    /** Any thread. */
    State state() {
        return state;
    }

    void become(State next) {
        state = next;
    }

    /** Of the attachment in force; 0 if there is none. Any thread. */
    long generation() {
        return state instanceof State.Active active ? active.generation() : 0;
    }

    UUID account() {
        return state instanceof State.Active active ? active.caller().account() : new UUID(0, 0);
    }

    /** How many entries of a room may be on their way unacknowledged. */
    int window() {
        return state instanceof State.Active active ? active.window() : 0;
    }

    boolean isWritable() {
        return wire.writable();
    }

    /** Runs on the connection's loop, here and now if this is it, as a step that the connection lives by. Any thread. */
    void onLoop(String where, Runnable action) {
        if (wire.loop().inEventLoop()) {
            vital(where, action);
        } else {
            later(where, action);
        }
    }

    /** The same in a turn of its own. */
    void later(String where, Runnable action) {
        wire.loop().execute(() -> vital(where, action));
    }

    /** The same with the outcome of something, as soon as it is known. */
    <T> void onOutcome(String where, Future<T> future, Consumer<AsyncResult<T>> action) {
        future.onComplete(outcome -> onLoop(where, () -> action.accept(outcome)));
    }

    /** The same here and now. */
    void vital(String where, Runnable action) {
        boundary.vital(this, where, action);
    }

    ErrorBoundary boundary() {
        return boundary;
    }

    /** Says how a command ended. */
    Outcome answer(ServerFrame frame) {
        send(frame);
        return Outcome.of(frame);
    }

    /** Says something, unless the end was said already. */
    void send(ServerFrame frame) {
        if (!(state instanceof State.Ended)) {
            if (frame instanceof ServerFrame.Failed failed) {
                boundary.told(failed.code());
            }
            wire.write(Wire.textFrame(wire.allocator(), FrameWriter.write(frame)));
        }
    }

    /** Writes frames that others write too. */
    void write(ByteBuf shared) {
        if (!(state instanceof State.Ended)) {
            wire.write(shared.retainedDuplicate());
        }
    }

    void refuse(@Nullable String re, ErrorCode code, String message) {
        send(ServerFrame.Failed.of(re, code, message));
    }

    void lag() {
        send(readers.lag());
    }

    /** Has the reader go on after a pause: what it reads from is away. */
    void readLater(Reader reader) {
        later.accept(this, reader);
    }

    /** Says bye and closes. Any thread. */
    void end(CloseCode code, String reason) {
        end(code, ServerFrame.Bye.of(code, reason));
    }

    /** Says this bye and closes. Any thread. */
    void end(CloseCode code, ServerFrame.Bye bye) {
        onLoop("end", () -> {
            if (!(state instanceof State.Ended)) {
                send(bye);
                ended();
                wire.close(code, bye.reason());
            }
        });
    }

    /** Listens no more, answers what it was asked, then says this bye and closes. */
    void sendAway(CloseCode code, ServerFrame.Bye bye) {
        leaving = true;
        wire.whenServed(() -> end(code, bye));
    }

    boolean isLeaving() {
        return leaving;
    }

    /** Ends it, in a turn of its own, whatever else of it may be broken. Any thread. */
    void fail(ServerFrame.Bye bye) {
        wire.loop().execute(() -> {
            boundary.spare("end", () -> send(bye));
            boundary.spare("end", this::ended);
            boundary.spare("end", () -> wire.close(CloseCode.INTERNAL, bye.reason()));
        });
    }

    /** Ends what does not take its backlog: nothing can be said to it. */
    void cut() {
        ended();
        wire.cut();
    }

    /** The socket is gone; answers with what it was attached to at last. */
    Optional<State.Active> gone() {
        ended();
        shard.remove(this);
        return state instanceof State.Ended ended ? Optional.ofNullable(ended.last()) : Optional.empty();
    }

    private void ended() {
        if (!(state instanceof State.Ended)) {
            state = new State.Ended(state instanceof State.Active active ? active : null);
            readers.closeAll();
            awaited.release();
        }
    }

    /** Ends when the command is served, or the connection has ended. */
    Future<Void> untilEnded(Future<?> served) {
        return awaited.untilReleased(served);
    }

    /**
     * What a feature answers to what is asked of it, on the connection's loop; fails if the asking fails, or if nobody
     * answers within the time of {@link #giveUpUnanswered}.
     */
    <T> Future<T> ask(Consumer<Promise<T>> request) {
        return ask(request, _ -> {});
    }

    /** @param late is given an answer that comes when it is no longer waited for */
    <T> Future<T> ask(Consumer<Promise<T>> request, Consumer<T> late) {
        Promise<T> answer = Promise.promise();
        try {
            request.accept(answer);
        } catch (Throwable fault) {
            answer.tryFail(fault);
        }
        return here(answer.future(), late);
    }

    /** A future of the same outcome, in the same way. */
    <T> Future<T> here(Future<T> elsewhere, Consumer<T> late) {
        return awaited.here(elsewhere, answer -> onLoop("late answer", () -> late.accept(answer)));
    }

    /** Ends the waiting for what was asked so long ago. */
    void giveUpUnanswered(Duration limit) {
        awaited.giveUp(limit);
    }

    /** Whether the peer has sent nothing for so long, though we were listening. */
    boolean isSilentFor(Duration limit) {
        return !wire.paused() && System.nanoTime() - wire.lastInboundNanos() > limit.toNanos();
    }
}
