package dev.parley.gateway;

import dev.parley.database.Interrupted;
import dev.parley.log.Heads;
import dev.parley.log.RoomLog;
import dev.parley.protocol.EncodedEntry;
import dev.parley.protocol.ServerFrame;
import io.vertx.core.AsyncResult;
import java.util.List;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * Reads one room for one connection. It holds a cursor, not entries: at the head it is handed the buffer that all readers
 * share, behind it fetches pages as fast as the socket takes them. One mechanism for resume, catch-up and slow sockets.
 * Confined to the connection's event loop.
 */
final class Reader {
    private static final Logger LOG = Logger.getLogger(Reader.class);
    private static final int MOST_PAGES_AT_ONCE = 4;

    private final Connection connection;
    private final UUID room;
    private final RoomLog log;
    private final Heads heads;
    private final int pageBytes;
    private final Turns turns;
    private final PresenceWatch presence;

    private final long memberAt;

    /** The lowest seq not yet written to the socket. */
    private long next;
    /** The highest seq that the client has acknowledged on this connection. */
    private long acknowledged;

    private boolean fetching;
    private boolean awaitingTurn;
    private boolean closed;
    /** Whether the client waits for {@code caught_up}. */
    private boolean catchingUp;

    private boolean lagging;

    /** Since when there is something to write, by {@link System#nanoTime()}; 0 at the head. */
    private long behindSince;
    /** The same, but for the time in which the client's window is full: then it is for the client to go on. */
    private long undeliveredSince;

    /**
     * @param since what the client has
     * @param memberAt a head of the room at which the account was a member
     * @param catchingUp whether the client is to hear when it has all that was there
     */
    Reader(
            Connection connection,
            UUID room,
            long since,
            long memberAt,
            boolean catchingUp,
            Readers.Sources sources,
            Turns turns) {
        this.connection = connection;
        this.room = room;
        this.log = sources.log();
        this.heads = sources.heads();
        this.pageBytes = sources.pageBytes();
        this.next = since + 1;
        this.acknowledged = since;
        this.memberAt = memberAt;
        this.catchingUp = catchingUp;
        this.turns = turns;
        this.presence = new PresenceWatch(connection, room, sources.rosters());
    }

    UUID room() {
        return room;
    }

    UUID account() {
        return connection.account();
    }

    Connection connection() {
        return connection;
    }

    PresenceWatch presence() {
        return presence;
    }

    /** The highest seq that went to the socket. */
    long written() {
        return next - 1;
    }

    boolean isLagging() {
        return lagging;
    }

    /** The socket takes something again. */
    void goOn() {
        presence.catchUp();
        pump();
    }

    /** The room has grown. Entries that are next in turn are written at once if the socket takes them. */
    void grown(LiveRoom live) {
        if (isNextFor(live) && connection.isWritable() && hasWindow(live.count())) {
            connection.write(live.frames());
            next = live.lastSeq() + 1;
        }
        pump();
    }

    /** A batch that is much larger than a page is better fetched in pages: a slow socket would hold all of it. */
    private boolean isNextFor(LiveRoom live) {
        return !fetching
                && !catchingUp
                && live.firstSeq() == next
                && live.frames().readableBytes() <= MOST_PAGES_AT_ONCE * pageBytes;
    }

    void acknowledged(long seq) {
        acknowledged = Math.max(acknowledged, Math.min(seq, written()));
        pump();
    }

    /** Goes on reading, if there is something to read and room for it. */
    void pump() {
        if (closed || fetching || awaitingTurn) {
            return;
        }
        if (next > heads.head(room)) {
            behindSince = 0;
            undeliveredSince = 0;
            if (catchingUp) {
                catchingUp = false;
                connection.send(new ServerFrame.CaughtUp(room));
            }
            return;
        }
        behindSince = sinceThenOrNow(behindSince);
        if (!hasWindow(1)) {
            undeliveredSince = 0;
            if (!lagging) {
                lagging = true;
                connection.lag();
            }
            return;
        }
        lagging = false;
        undeliveredSince = sinceThenOrNow(undeliveredSince);
        if (connection.isWritable()) {
            if (turns.take(this)) {
                fetch();
            } else {
                awaitingTurn = true;
            }
        }
    }

    /** Since when it has been behind its room, by {@link System#nanoTime()}; 0 if it is not. */
    long behindSince() {
        return behindSince;
    }

    /** The same, but 0 while it waits for its client to acknowledge. */
    long undeliveredSince() {
        return undeliveredSince;
    }

    private static long sinceThenOrNow(long since) {
        return since == 0 ? System.nanoTime() | 1 : since; // never 0
    }

    /** A turn to fetch is free. */
    void turn() {
        awaitingTurn = false;
        pump();
    }

    void close() {
        closed = true;
        presence.end();
    }

    private void fetch() {
        fetching = true;
        connection.onOutcome("reading", log.follow(room, next - 1), page -> {
            fetching = false;
            try {
                if (!closed) {
                    fetched(page);
                }
            } finally {
                turns.giveBack();
            }
        });
    }

    private void fetched(AsyncResult<List<EncodedEntry>> page) {
        if (page.failed() && !(page.cause() instanceof Interrupted)) {
            connection.boundary().noted("reading", page.cause());
            connection.readLater(this);
        } else if (page.failed()) {
            LOG.debugf(
                    "Reader of room %s waits for the database: %s",
                    room, page.cause().getMessage());
            connection.readLater(this);
        } else if (page.result().isEmpty()) {
            LOG.warnf("Room %s is said to have entry %d, but has not: is the database older than we are?", room, next);
        } else {
            write(page.result());
            pump(); // before the turn is given back: behind those that wait, if there are any
        }
    }

    private void write(List<EncodedEntry> found) {
        var page = upToOwnLeave(fitting(found));
        long from = page.getFirst().seq();
        if (from > next) {
            connection.send(ServerFrame.Gap.expired(room, next, from - 1));
        }
        var last = page.getLast();
        connection.send(new ServerFrame.Entries(room, from, last.seq(), page));
        next = last.seq() + 1;
        if (isOwnLeave(last)) {
            connection.readers().leave(room);
        }
    }

    /**
     * A leave may be found that nobody here was told of: its commit was not heard, or another node wrote it. What comes
     * after it is not for this account.
     */
    private List<EncodedEntry> upToOwnLeave(List<EncodedEntry> page) {
        for (int i = 0; i < page.size(); i++) {
            if (isOwnLeave(page.get(i))) {
                return page.subList(0, i + 1);
            }
        }
        return page;
    }

    private boolean isOwnLeave(EncodedEntry entry) {
        return entry.seq() > memberAt && account().equals(entry.leaver());
    }

    /** As much of the page as window and page size allow, and at least one entry. */
    private List<EncodedEntry> fitting(List<EncodedEntry> found) {
        int count = 1;
        long bytes = found.getFirst().json().length;
        while (count < found.size() && hasWindow(count + 1)) {
            bytes += found.get(count).json().length;
            if (bytes > pageBytes) {
                break;
            }
            count++;
        }
        return found.subList(0, count);
    }

    private boolean hasWindow(int entries) {
        return connection.window() >= written() - acknowledged + entries;
    }
}
