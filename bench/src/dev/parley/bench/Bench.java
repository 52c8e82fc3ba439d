package dev.parley.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Measures the peers in turns, so that what the machine does otherwise meets them all alike, and writes a report. Exits with 1 if Parley has lost, doubled or misplaced something. */
final class Bench {
    private Bench() {}

    public static void main(String[] arguments) throws Exception {
        var options = Options.of(arguments);
        boolean good;
        var directory = Files.createTempDirectory("parley-bench-");
        System.err.println("logs and recordings: " + directory);
        var started = new ArrayList<Peer>();
        try (var host = ParleyPeer.Host.start(options.jar(), directory);
                var cores = new Cores()) {
            for (var name : options.peers()) {
                var home = options.peersHome().resolve(name);
                started.add(
                        switch (name) {
                            case "parley" ->
                                ParleyPeer.start(name, options.jar(), directory, options.serverOptions(), host, 1);
                            case "parley2" ->
                                ParleyPeer.start(name, options.jar(), directory, options.serverOptions(), host, 2);
                            case "before" ->
                                ParleyPeer.start(name, options.before(), directory, options.beforeOptions(), host, 1);
                            case "sio", "sio-prep" ->
                                ForeignPeer.node(
                                        name, new SioDialect(), options.peersHome().resolve("sio"), directory, host);
                            case "ws" -> ForeignPeer.node(name, new PlainDialect(), home, directory, host);
                            case "limit" -> ForeignPeer.compiled(name, new PlainDialect(), home, directory, host);
                            case "bun", "bun-group" ->
                                ForeignPeer.bun(name, options.peersHome().resolve("bun"), directory, host);
                            case "ejabberd" -> ForeignPeer.ejabberd(name, home, directory, host);
                            case "nats" -> ForeignPeer.nats(name, home, directory, host);
                            default -> throw new IllegalArgumentException(name + " is no peer of ours");
                        });
            }
            var report = new Report(options.peers());
            try {
                for (var peer : started) {
                    if (peer.name().equals("parley") && options.history() > 0) {
                        ((ParleyPeer) peer).fill(options.history());
                    }
                }
                new Rounds(started, host.database(), options, directory, cores).run(report);
            } finally {
                report.write(options.report());
                for (var peer : started.reversed()) {
                    peer.close();
                }
            }
            good = report.isSound() && report.isAtLeast(options.least(), "before");
        }
        System.exit(good ? 0 : 1);
    }

    /** What the command line says: {@code --name=value} each. */
    record Options(
            Path jar,
            Path before,
            Path peersHome,
            List<String> peers,
            List<Scenario> scenarios,
            List<Trial> trials,
            Path report,
            double least,
            int history,
            int runs,
            Duration warmUp,
            Duration measured,
            List<String> serverOptions,
            List<String> beforeOptions,
            boolean recording) {

        private static final List<String> TRIALS =
                Stream.of(Trial.values()).map(Trial::name).toList();

        static Options of(String[] arguments) {
            var jar = Path.of("target/quarkus-app/quarkus-run.jar");
            var before = jar;
            var home = Path.of("bench/peers");
            var peers = List.of("parley");
            var scenarios = List.of("S1one", "S1a", "S1b", "S1c", "S2a");
            var report = Path.of("target/bench");
            double least = 0;
            int history = 0;
            int runs = 3;
            int warmUp = 5;
            int measured = 10;
            var server = List.<String>of();
            List<String> beforeServer = null;
            boolean recording = false;
            for (var argument : arguments) {
                var value = argument.substring(argument.indexOf('=') + 1);
                switch (argument.substring(0, argument.length() - value.length())) {
                    case "--jar=" -> jar = Path.of(value);
                    case "--before=" -> before = Path.of(value);
                    case "--peers=" -> peers = List.of(value.split(","));
                    case "--scenarios=" -> scenarios = List.of(value.split(","));
                    case "--report=" -> report = Path.of(value);
                    case "--least=" -> least = Double.parseDouble(value);
                    case "--history=" -> history = Integer.parseInt(value);
                    case "--runs=" -> runs = Integer.parseInt(value);
                    case "--warm-up=" -> warmUp = Integer.parseInt(value);
                    case "--seconds=" -> measured = Integer.parseInt(value);
                    case "--server-java=" -> server = List.of(value.split(" "));
                    case "--before-java=" -> beforeServer = List.of(value.split(" "));
                    case "--record=" -> recording = Boolean.parseBoolean(value);
                    default -> throw new IllegalArgumentException(argument + " is no option of ours");
                }
            }
            return new Options(
                    jar,
                    before,
                    home,
                    peers,
                    scenarios.stream()
                            .filter(name -> !TRIALS.contains(name))
                            .map(Scenario::named)
                            .toList(),
                    scenarios.stream().filter(TRIALS::contains).map(Trial::valueOf).toList(),
                    report,
                    least,
                    history,
                    runs,
                    Duration.ofSeconds(warmUp),
                    Duration.ofSeconds(measured),
                    server,
                    beforeServer == null ? server : beforeServer,
                    recording);
        }
    }
}
