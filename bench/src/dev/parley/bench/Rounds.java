package dev.parley.bench;

import dev.parley.bench.Load.Outcome;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SplittableRandom;

/** All runs: each round takes every scenario, and in it every peer; then the same with the trials. */
final class Rounds {
    /**
     * So long that the compiler has seen the way of a message before anything counts. What is done once for a batch, however
     * large, takes longest: by jvm.options the second compiler wants to have seen it 30,000 times, more while it is busy.
     */
    private static final List<WarmUp> FIRST_WARM_UPS =
            List.of(new WarmUp("S1c", 15), new WarmUp("S1a", 15), new WarmUp("S1one", 60));

    private record WarmUp(String scenario, int seconds) {}

    /** How often a load or a trial is done, at most, until nobody disturbs it; the last one counts. */
    private static final int ATTEMPTS = 3;

    /** How long each waits for cores at full speed. */
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final List<Peer> peers;
    private final Database database;
    private final Bench.Options options;
    private final Path directory;
    private final Cores cores;

    Rounds(List<Peer> peers, Database database, Bench.Options options, Path directory, Cores cores) {
        this.peers = peers;
        this.database = database;
        this.options = options;
        this.directory = directory;
        this.cores = cores;
    }

    void run(Report report) throws Exception {
        if (!options.scenarios().isEmpty()) { // trials start the process anew, or follow one that does
            warmUp();
        }
        for (int round = 1; round <= options.runs(); round++) {
            for (var scenario : options.scenarios()) {
                for (var peer : inTurn(scenario, round)) {
                    if (!scenario.isFor(peer)) {
                        continue;
                    }
                    report.add(scenario, peer.name(), undisturbed(peer, scenario, round));
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

    private void warmUp() throws Exception {
        for (var peer : peers) {
            for (var warmUp : FIRST_WARM_UPS) {
                run(
                        peer,
                        Scenario.named(warmUp.scenario()),
                        Duration.ofSeconds(warmUp.seconds()),
                        Duration.ofSeconds(1),
                        "warm-up");
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

    /** Somebody else on the cores is a reason to do it again; what it came to is none, and less so what went wrong. */
    private Outcome undisturbed(Peer peer, Scenario scenario, int round) throws Exception {
        for (int attempt = 1; ; attempt++) {
            var outcome = run(
                    peer, scenario, options.warmUp(), options.measured(), scenario.name() + "-" + round);
            System.err.printf(
                    "round %d %s %s: %.0f acks/s, %.0f deliveries/s, foreign load %.2f cores, cores %.2f times slower %s%n",
                    round,
                    scenario.name(),
                    peer.name(),
                    outcome.acks(),
                    outcome.deliveries(),
                    outcome.use().foreign(),
                    outcome.slowdown(),
                    outcome.complaint());
            if (attempt == ATTEMPTS
                    || !outcome.disturbed()
                    || !outcome.complaint().isEmpty()) {
                return outcome;
            }
        }
    }

    /** A peer that fails in one has no figures there. */
    private void run(Trial trial, Peer peer, Report report) {
        try {
            for (int attempt = 1; ; attempt++) {
                cores.await(PATIENCE);
                double before = cores.slowdown();
                var figures = new LinkedHashMap<>(trial.run(peer));
                double slowdown = Math.max(before, cores.slowdown());
                figures.put("cores slower ×", slowdown);
                System.err.println(trial + " " + peer.name() + ": " + figures);
                if (attempt == ATTEMPTS || slowdown <= Cores.SLOW) {
                    report.add(trial, peer.name(), figures);
                    return;
                }
            }
        } catch (Exception fault) {
            System.err.println(trial + " " + peer.name() + " failed: " + fault);
            report.addFailure(trial, peer.name(), fault);
        }
    }

    private Outcome run(Peer peer, Scenario scenario, Duration warmUp, Duration measured, String recording)
            throws Exception {
        var session = peer.prepare(scenario);
        database.settle();
        cores.await(PATIENCE);
        double before = cores.slowdown();
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
            return outcome.judged(Math.max(before, cores.slowdown()), session.complaint(outcome.sent()));
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
