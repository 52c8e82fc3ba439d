package dev.parley.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** What is not a matter of sends a second. Each returns its figures by name, the one that it is about first. */
enum Trial {
    /** S3: what an idle connection costs: resident memory with many of them, less that of the same process before. */
    S3("S3: %,d idle connections that have joined".formatted(Trial.IDLE_ROOMS * Trial.IDLE_MEMBERS)) {
        @Override
        Map<String, Double> run(Peer peer) throws Exception {
            peer.enrol(IDLE_ROOMS * IDLE_MEMBERS);
            peer.server().stop();
            peer.server().start();
            peer.server().awaitListening();
            TimeUnit.NANOSECONDS.sleep(REST.toNanos());
            double empty = peer.machine().rssMb();
            var session = peer.prepare(Scenario.idle("S3", IDLE_ROOMS, IDLE_MEMBERS));
            try {
                TimeUnit.NANOSECONDS.sleep(REST.toNanos());
                var before = peer.machine().now();
                TimeUnit.NANOSECONDS.sleep(PING_INTERVAL.toNanos());
                var idle = peer.machine().now().since(before, PING_INTERVAL.toSeconds());
                return figures(
                        "RSS per connection KiB", (idle.rssMb() - empty) * 1024 / session.links().size(),
                        "RSS before MiB", empty,
                        "CPU while idle, cores", idle.server());
            } finally {
                closeAll(session.links());
            }
        }
    },

    /** S4: kill -9, start, and all clients come at once as soon as somebody listens. */
    S4("S4: %,d clients back in their rooms after kill -9".formatted(Trial.LOST_ROOMS * Trial.LOST_MEMBERS)) {
        @Override
        Map<String, Double> run(Peer peer) throws Exception {
            var lost = peer.prepare(Scenario.idle("S4", LOST_ROOMS, LOST_MEMBERS));
            long killed = System.nanoTime();
            peer.server().kill();
            closeAll(lost.links());
            peer.server().start();
            peer.server().awaitListening();
            double listening = (System.nanoTime() - killed) / 1e6;
            var back = atOnce(lost.returns());
            double returned = (System.nanoTime() - killed) / 1e6;
            closeAll(back);
            check(lost, 0);
            return figures("ms from kill to all back", returned, "ms from kill to listening", listening);
        }
    },

    /** S5: from the start of the process until a client is in a room, and what the process has when it has rested. */
    S5("S5: the first client in a room after a start") {
        @Override
        Map<String, Double> run(Peer peer) throws Exception {
            peer.enrol(1);
            peer.server().stop();
            long began = System.nanoTime();
            peer.server().start();
            peer.server().awaitListening();
            var first = peer.prepare(Scenario.idle("S5", 1, 1));
            double answered = (System.nanoTime() - began) / 1e6;
            TimeUnit.NANOSECONDS.sleep(REST.toNanos());
            double rss = peer.machine().rssMb();
            closeAll(first.links());
            return figures("ms from start to first answer", answered, "RSS MiB", rss);
        }
    },

    /** S6: a reader that has to catch up, while the room goes on. */
    S6("S6: a reader %,d entries behind".formatted(Trial.BEHIND)) {
        @Override
        Map<String, Double> run(Peer peer) throws Exception {
            var session = ((ParleyPeer) peer).prepare(GOING_ON);
            var load = new Load(GOING_ON, session.links());
            try {
                load.fill(BEHIND);
                double before = peer.machine().rssMb();
                var reader = session.behind();
                double seconds;
                try {
                    seconds = load.read(reader, BEHIND, 1, LIMIT); // beside them, the room's creation
                } finally {
                    reader.close();
                }
                double after = peer.machine().rssMb();
                check(session, load.sent());
                return figures("entries/s", BEHIND / seconds, "RSS grew by MiB", after - before);
            } finally {
                closeAll(session.links());
            }
        }

        /** The others keep no place from which somebody could read on. */
        @Override
        boolean isFor(Peer peer) {
            return peer instanceof ParleyPeer;
        }
    };

    private static final int IDLE_ROOMS = 100;
    private static final int IDLE_MEMBERS = 100;
    private static final int LOST_ROOMS = 10;
    private static final int LOST_MEMBERS = 100;
    private static final int BEHIND = 100_000;
    private static final Scenario GOING_ON = new Scenario("S6", 1, 1, 1, 256, false, 100, 0);
    private static final Duration REST = Duration.ofSeconds(5);
    /** In which Parley, and with the same interval socket.io, pings each connection once. */
    private static final Duration PING_INTERVAL = Duration.ofSeconds(25);
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final String title;

    Trial(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }

    abstract Map<String, Double> run(Peer peer) throws Exception;

    /** What ends and starts a process is for one process. */
    boolean isFor(Peer peer) {
        return !(peer instanceof ParleyPeer parley) || parley.isSingle();
    }

    private static void check(Peer.Session session, long sent) throws Exception {
        var complaint = session.complaint(sent);
        if (!complaint.isEmpty()) {
            throw new IOException(complaint);
        }
    }

    private static Map<String, Double> figures(Object... namesAndValues) {
        var figures = new LinkedHashMap<String, Double>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            figures.put((String) namesAndValues[i], (Double) namesAndValues[i + 1]);
        }
        return figures;
    }

    private static List<Link> atOnce(List<Callable<Link>> returns) throws Exception {
        var back = new ArrayList<Link>();
        try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Link> client : clients.invokeAll(returns, LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                back.add(client.get());
            }
        }
        return back;
    }

    private static void closeAll(List<? extends Link> links) throws IOException {
        for (var link : links) {
            link.close();
        }
    }
}
