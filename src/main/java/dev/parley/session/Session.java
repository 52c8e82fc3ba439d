package dev.parley.session;

import dev.parley.event.Subjects;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One signed-in device: what this node knows of it, ahead of the database by at most one flush. Thread-safe. Outlives its
 * connections.
 */
public final class Session {
    private final UUID account;
    private final UUID id;
    private final SecretHash secret;
    private final String device;
    private final ConcurrentHashMap<UUID, Long> cursors = new ConcurrentHashMap<>();
    private volatile State state;
    /** The highest generation that is known to be attached elsewhere. */
    private volatile long elsewhere;

    /**
     * What changes as a whole.
     *
     * @param stored whether the database knows the session; if not, it is provisional
     * @param here whether a connection of this node is attached
     * @param ended whether it is over, by its client or somebody else: nothing of it may be stored any more
     */
    private record State(long generation, Instant expiresAt, boolean stored, boolean here, boolean ended) {}

    Session(
            UUID account,
            UUID id,
            SecretHash secret,
            String device,
            long generation,
            Map<UUID, Long> cursors,
            Instant expiresAt,
            boolean stored) {
        this.account = account;
        this.id = id;
        this.secret = secret;
        this.device = device;
        this.cursors.putAll(cursors);
        this.state = new State(generation, expiresAt, stored, true, false);
    }

    public UUID account() {
        return account;
    }

    public UUID id() {
        return id;
    }

    Subjects subjects() {
        return Subjects.account(account, id);
    }

    /** Raised by each attach; who attached with a lower one is fenced off. */
    public long generation() {
        return state.generation;
    }

    /** Whether somebody has attached after who attached as {@code generation}: that one is fenced off. */
    public boolean isOvertaken(long generation) {
        return elsewhere > generation;
    }

    /** The highest generation known of, here or elsewhere. */
    long latest() {
        return Math.max(state.generation, elsewhere);
    }

    /** The highest seq of the room that the session acknowledged, 0 if none. */
    public long cursor(UUID room) {
        return cursors.getOrDefault(room, 0L);
    }

    /** Whether it is over: nobody may be attached to it any more. */
    public boolean isEnded() {
        return state.ended;
    }

    SecretHash secret() {
        return secret;
    }

    String device() {
        return device;
    }

    Map<UUID, Long> cursors() {
        return Map.copyOf(cursors);
    }

    Instant expiresAt() {
        return state.expiresAt;
    }

    boolean isStored() {
        return state.stored;
    }

    boolean isHere() {
        return state.here;
    }

    /** Moves a cursor forward; never back. */
    void advance(UUID room, long seq) {
        cursors.merge(room, seq, Math::max);
    }

    /** A connection of this node attached, as the generation that the database gave it. */
    synchronized void attach(long generation, Instant expiresAt) {
        if (generation > state.generation) {
            state = new State(generation, expiresAt, true, !state.ended, state.ended);
        }
    }

    /** A connection of this node attached while the database was away: as the next generation. */
    synchronized long attachNext(Instant expiresAt) {
        state = new State(latest() + 1, expiresAt, state.stored, !state.ended, state.ended);
        return state.generation;
    }

    /** Another node has attached as {@code generation}; says whether a connection here is overtaken by that, as was not known. */
    synchronized boolean overtake(long generation) {
        long before = elsewhere;
        elsewhere = Math.max(before, generation);
        return state.here && before <= state.generation && generation > state.generation;
    }

    /** The connection that attached as {@code generation} is gone; says whether it was the one in force. */
    synchronized boolean detach(long generation) {
        if (state.generation != generation || !state.here) {
            return false;
        }
        state = new State(state.generation, state.expiresAt, state.stored, false, state.ended);
        return true;
    }

    synchronized void stored() {
        state = new State(state.generation, state.expiresAt, true, state.here, state.ended);
    }

    /** Its time begins anew, if it is still connected here. */
    synchronized void renew(Instant expiresAt) {
        if (state.here) {
            state = new State(state.generation, expiresAt, state.stored, true, state.ended);
        }
    }

    /** Says whether it had not ended before. */
    synchronized boolean end() {
        boolean first = !state.ended;
        state = new State(state.generation, state.expiresAt, state.stored, false, true);
        return first;
    }
}
