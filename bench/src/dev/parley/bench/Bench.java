package dev.parley.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Measures the peers in turns, so that what the machine does otherwise meets them all alike, and prints a table. */
final class Bench {
    private Bench() {}

    public static void main(String[] arguments) throws Exception {
        var options = Options.of(arguments);
        var directory = Files.createTempDirectory("parley-bench-");
        System.err.println("logs and recordings: " + directory);
        var started = new ArrayList<Peer>();
        try {
            var parley = ParleyPeer.start("parley", options.jar(), directory, options.serverOptions());
            started.add(parley);
            if (options.peers().contains("before")) {
                started.add(ParleyPeer.start("before", options.before(), directory, options.beforeOptions()));
            }
            for (var name : options.peers()) {
                var home = options.peersHome().resolve(name);
                switch (name) {
                    case "parley", "before" -> {}
                    case "sio" -> started.add(ForeignPeer.node(name, new SioDialect(), home, directory, parley));
                    case "ws" -> started.add(ForeignPeer.node(name, new PlainDialect(), home, directory, parley));
                    case "limit" -> started.add(ForeignPeer.compiled(name, new PlainDialect(), home, directory, parley));
                    default -> throw new IllegalArgumentException(name + " is no peer of ours");
                }
            }
            var measured = started.stream()
                    .filter(peer -> options.peers().contains(peer.name()))
                    .toList();
            new Rounds(measured, options, directory).run().print(System.out);
        } finally {
            for (var peer : started.reversed()) {
                peer.close();
            }
        }
    }

    /** What the command line says: {@code --name=value} each. */
    record Options(
            Path jar,
            Path before,
            Path peersHome,
            List<String> peers,
            List<Scenario> scenarios,
            int runs,
            Duration warmUp,
            Duration measured,
            List<String> serverOptions,
            List<String> beforeOptions,
            boolean recording) {

        static Options of(String[] arguments) {
            var jar = Path.of("target/quarkus-app/quarkus-run.jar");
            var before = jar;
            var home = Path.of("bench/peers");
            var peers = List.of("parley");
            var scenarios = List.of("S1one", "S1a", "S1b", "S1c", "S2a");
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
                    scenarios.stream().map(Scenario::named).toList(),
                    runs,
                    Duration.ofSeconds(warmUp),
                    Duration.ofSeconds(measured),
                    server,
                    beforeServer == null ? server : beforeServer,
                    recording);
        }
    }
}
