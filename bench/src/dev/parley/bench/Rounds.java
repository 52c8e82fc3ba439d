package dev.parley.bench;

import dev.parley.bench.Load.Outcome;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;

/** All runs: each round takes every scenario, and in it every peer; then the same with the trials. */
final class Rounds {
    /** Long enough for the compiler to have seen the way of a message before anything counts. */
    private static final Duration FIRST_WARM_UP = Duration.ofSeconds(15);

    private final List<Peer> peers;
    private final Database database;
    private final Bench.Options options;
    private final Path directory;

    Rounds(List<Peer> peers, Database database, Bench.Options options, Path directory) {
        this.peers = peers;
        this.database = database;
        this.options = options;
        this.directory = directory;
    }

    void run(Report report) throws Exception {
        for (var peer : peers) {
            for (var scenario : List.of("S1c", "S1a")) {
                run(peer, Scenario.named(scenario), FIRST_WARM_UP, Duration.ofSeconds(1), "warm-up");
            }
        }
        for (int round = 1; round <= options.runs(); round++) {
            for (var scenario : options.scenarios()) {
                for (var peer : inTurn(scenario, round)) {
                    if (!scenario.isFor(peer)) {
                        continue;
                    }
                    var outcome = run(
                            peer,
                            scenario,
                            options.warmUp(),
                            options.measured(),
                            scenario.name() + "-" + round);
                    System.err.printf(
                            "round %d %s %s: %.0f acks/s, %.0f deliveries/s, foreign load %.2f cores %s%n",
                            round,
                            scenario.name(),
                            peer.name(),
                            outcome.acks(),
                            outcome.deliveries(),
                            outcome.use().foreign(),
                            outcome.complaint());
                    report.add(scenario, peer.name(), outcome);
                }
            }
        }
        // After the loads: they leave a process that was started just now.
        for (int round = 1; round <= options.runs(); round++) {
            for (var trial : options.trials()) {
                for (var peer : peers) {
                    if (trial.isFor(peer)) {
                        run(trial, peer, report);
                    }
                }
            }
        }
    }

    /**
     * Who comes second finds what the first has left: pages to be written, a disk that is behind. So each scenario has an
     * order of its own, always the same, goes through it backwards in the next round, and then has another one.
     */
    private List<Peer> inTurn(Scenario scenario, int round) {
        var order = new ArrayList<>(peers);
        Collections.shuffle(order, new SplittableRandom((scenario.name() + (round - 1) / 2).hashCode()));
        return round % 2 == 0 ? order.reversed() : order;
    }

    /** A peer that fails in one has no figures there. */
    private static void run(Trial trial, Peer peer, Report report) {
        try {
            var figures = trial.run(peer);
            System.err.println(trial + " " + peer.name() + ": " + figures);
            report.add(trial, peer.name(), figures);
        } catch (Exception fault) {
            System.err.println(trial + " " + peer.name() + " failed: " + fault);
            report.addFailure(trial, peer.name(), fault);
        }
    }

    private Outcome run(Peer peer, Scenario scenario, Duration warmUp, Duration measured, String recording)
            throws Exception {
        var session = peer.prepare(scenario);
        database.settle();
        try {
            var load = new Load(scenario, session.links());
            Outcome outcome;
            if (options.recording() && peer instanceof ParleyPeer parley) {
                jcmd(parley, "JFR.start", "name=bench", "settings=profile", "jdk.CPUTimeSample#enabled=true");
                outcome = load.run(warmUp, measured, peer.machine());
                jcmd(parley, "JFR.stop", "name=bench", "filename=" + directory.resolve(recording + ".jfr"));
            } else {
                outcome = load.run(warmUp, measured, peer.machine());
            }
            return outcome.andAlso(session.complaint(outcome.sent()));
        } finally {
            for (var link : session.links()) {
                link.close();
            }
        }
    }

    private static void jcmd(ParleyPeer parley, String... command) throws Exception {
        var all = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(), Long.toString(parley.server().pid())));
        all.addAll(List.of(command));
        new ProcessBuilder(all)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }
}
