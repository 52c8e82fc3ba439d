package dev.parley.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import dev.parley.testing.Faults;
import dev.parley.testing.Flaw;
import dev.parley.testing.Flaw.Kind;
import dev.parley.testing.History;
import dev.parley.testing.Seed;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * What the suite did and what came of it: {@code target/fault-report.md}, a table with a line for each test, written anew
 * after each. The lines lie beside it in files of their own, since tests run in more than one process.
 */
final class FaultReport {
    private static final Path FILE = Path.of("target", "fault-report.md");
    private static final Path LINES = Path.of("target", "fault-report");
    private static final String TEST = "test";
    private static final String INJECTED = "injected";
    /** Lines of another form or another state of the sources do not belong together. */
    private static final String RUN = "run";

    private static final double MILLIS = 1000;

    private static final String COMMIT = commit();
    private static final Map<Figure, Long> PRESENT = new EnumMap<>(Figure.class);

    private FaultReport() {}

    private enum Figure {
        SENDS("sends"),
        ACKED("acked"),
        LOST("lost"),
        DOUBLED("doubled"),
        OTHER_FLAWS("other flaws"),
        REDELIVERED("redelivered"),
        UNKNOWN("unknown"),
        WORST_RECOVERY("worst recovery") {
            @Override
            long together(long one, long other) {
                return Math.max(one, other);
            }

            @Override
            String told(long millis) {
                return millis == 0 ? "–" : "%.1f s".formatted(millis / MILLIS);
            }
        };

        private final String title;

        Figure(String title) {
            this.title = title;
        }

        long together(long one, long other) {
            return one + other;
        }

        String told(long value) {
            return Long.toString(value);
        }
    }

    /** A test begins. */
    static void begins() {
        PRESENT.clear();
    }

    /** What the checker said of a history; a test may have several. */
    static void judged(History history, List<Flaw> flaws) {
        var tally = Tally.of(history);
        long lost = flaws.stream().filter(flaw -> flaw.kind() == Kind.LOST).count();
        long doubled =
                flaws.stream().filter(flaw -> flaw.kind() == Kind.DUPLICATED).count();
        add(Figure.SENDS, tally.invoked());
        add(Figure.ACKED, tally.acknowledged());
        add(Figure.REDELIVERED, tally.redelivered());
        add(Figure.UNKNOWN, tally.unknown());
        add(Figure.LOST, lost);
        add(Figure.DOUBLED, doubled);
        add(Figure.OTHER_FLAWS, flaws.size() - lost - doubled);
    }

    private static void add(Figure figure, long value) {
        PRESENT.merge(figure, value, figure::together);
    }

    /** Writes the test's line, and the table with it. */
    static void ends(String test, boolean failed) throws IOException {
        add(Figure.WORST_RECOVERY, Faults.worstRecovery().toMillis());
        var line = new Properties();
        line.setProperty(TEST, failed ? test + " **failed**" : test);
        line.setProperty(INJECTED, told(Faults.all()));
        line.setProperty(RUN, run());
        for (var figure : Figure.values()) {
            line.setProperty(figure.name(), Long.toString(PRESENT.getOrDefault(figure, 0L)));
        }
        Files.createDirectories(LINES);
        try (var lock = FileChannel.open(LINES.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                var _ = lock.lock()) {
            try (var out = Files.newBufferedWriter(LINES.resolve(test + ".properties"))) {
                line.store(out, null);
            }
            Files.writeString(FILE, table(lines()));
        }
    }

    private static String told(Map<String, Integer> faults) {
        return faults.entrySet().stream()
                .map(fault -> fault.getKey() + (fault.getValue() == 1 ? "" : " ×" + fault.getValue()))
                .collect(joining(", "));
    }

    private static List<Properties> lines() throws IOException {
        var lines = new ArrayList<Properties>();
        try (var files = Files.newDirectoryStream(LINES, "*.properties")) {
            for (var file : files) {
                var line = new Properties();
                try (var in = Files.newBufferedReader(file)) {
                    line.load(in);
                }
                if (run().equals(line.getProperty(RUN))) {
                    lines.add(line);
                }
            }
        }
        lines.sort((one, other) -> one.getProperty(TEST).compareTo(other.getProperty(TEST)));
        return lines;
    }

    private static String table(List<Properties> lines) {
        var table = new StringBuilder(
                "%s, %s, seed of the last test %d\n\n".formatted(run(), LocalDate.now(ZoneOffset.UTC), Seed.value()));
        table.append("| test | faults injected |");
        for (var figure : Figure.values()) {
            table.append(' ').append(figure.title).append(" |");
        }
        table.append("\n|---|---|")
                .append("---:|".repeat(Figure.values().length))
                .append('\n');
        var sum = new Properties();
        sum.setProperty(TEST, "**all**");
        sum.setProperty(INJECTED, "");
        for (var line : lines) {
            append(table, line);
            for (var figure : Figure.values()) {
                long before = Long.parseLong(sum.getProperty(figure.name(), "0"));
                sum.setProperty(
                        figure.name(),
                        Long.toString(figure.together(before, Long.parseLong(line.getProperty(figure.name())))));
            }
        }
        append(table, sum);
        return table.toString();
    }

    private static void append(StringBuilder table, Properties line) {
        table.append("| %s | %s |".formatted(line.getProperty(TEST), line.getProperty(INJECTED)));
        for (var figure : Figure.values()) {
            table.append(' ')
                    .append(figure.told(Long.parseLong(line.getProperty(figure.name(), "0"))))
                    .append(" |");
        }
        table.append('\n');
    }

    private static String run() {
        return (Form.isLong() ? "Long" : "Short") + " form, commit " + COMMIT;
    }

    private static String commit() {
        try {
            var git = new ProcessBuilder("git", "describe", "--always", "--dirty").start();
            var commit = new String(git.getInputStream().readAllBytes(), UTF_8).strip();
            return git.waitFor() == 0 ? commit : "unknown";
        } catch (IOException _) {
            return "unknown";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
