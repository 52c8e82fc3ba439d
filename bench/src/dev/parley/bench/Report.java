package dev.parley.bench;

import dev.parley.bench.Load.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** All figures as medians: one page of Markdown with a plot. */
final class Report {
    /** Milliseconds behind its own rate, beyond which a generator measures itself. */
    private static final double LATE = 5;

    private static final String PARLEY = "parley";

    private final List<String> peers;
    private final Map<Scenario, Map<String, List<Outcome>>> loads = new LinkedHashMap<>();
    private final List<String> failures = new ArrayList<>();
    private boolean sound = true;
    private final Map<Trial, Map<String, List<Map<String, Double>>>> trials = new LinkedHashMap<>();

    /** @param peers all of them, in the order in which they are told */
    Report(List<String> peers) {
        this.peers = peers;
    }

    void add(Scenario scenario, String peer, Outcome outcome) {
        loads.computeIfAbsent(scenario, _ -> inOrder())
                .computeIfAbsent(peer, _ -> new ArrayList<>())
                .add(outcome);
    }

    void add(Trial trial, String peer, Map<String, Double> figures) {
        trials.computeIfAbsent(trial, _ -> inOrder())
                .computeIfAbsent(peer, _ -> new ArrayList<>())
                .add(figures);
    }

    private <T> Map<String, T> inOrder() {
        return new TreeMap<>(Comparator.comparing(peers::indexOf));
    }

    /** Writes {@code report.md} and {@code report.svg} into the directory, and the page to the standard output too. */
    void write(Path directory) throws IOException {
        Files.createDirectories(directory);
        var headlines = headlines();
        Files.writeString(directory.resolve("report.svg"), Plot.of(headlines));
        var page = "# Measured\n\n" + Machine.described() + "\n\n![Medians of each scenario](report.svg)\n\n"
                + table(headlines) + details() + trialDetails();
        Files.writeString(directory.resolve("report.md"), page);
        System.out.print(page);
    }

    /** The trial failed with that peer: it has no figures there. */
    void addFailure(Trial trial, String peer, Exception fault) {
        failures.add(trial + " " + peer + " failed: " + fault);
        sound &= !peer.startsWith(PARLEY);
    }

    /** Whether Parley, in whatever number of nodes, has delivered and stored everything once, in all runs. */
    boolean isSound() {
        return sound && loads.values().stream()
                .flatMap(peers -> peers.entrySet().stream())
                .filter(peer -> peer.getKey().startsWith(PARLEY))
                .flatMap(peer -> peer.getValue().stream())
                .allMatch(outcome -> outcome.complaint().isEmpty());
    }

    /** Whether Parley is nowhere worse than that share of the peer's median; says where it is. */
    boolean isAtLeast(double share, String peer) {
        var worse = headlines().stream()
                .filter(headline -> share > 0 && !(headline.ratio(peer) >= share)) // also if there is no figure
                .toList();
        worse.forEach(headline -> System.err.printf(
                "%s: %.2f of what %s reaches, %.2f are asked for%n",
                headline.scenario(), headline.ratio(peer), peer, share));
        return worse.isEmpty();
    }

    /**
     * What a scenario is about, as medians by peer.
     *
     * @param unlimited peers that the generator may have held up: they reach that figure at least
     */
    record Headline(
            String scenario, String unit, boolean lessIsBetter, Map<String, Double> medians, Set<String> unlimited) {
        /** How many times better Parley is than that peer. */
        double ratio(String peer) {
            double ours = medians.getOrDefault(PARLEY, Double.NaN);
            double theirs = medians.getOrDefault(peer, Double.NaN);
            return lessIsBetter ? theirs / ours : ours / theirs;
        }
    }

    private List<Headline> headlines() {
        var headlines = new ArrayList<Headline>();
        loads.forEach((scenario, peers) -> headlines.add(headline(scenario, peers)));
        trials.forEach((trial, peers) -> {
            var name = peers.values().iterator().next().getFirst().keySet().iterator().next();
            headlines.add(new Headline(
                    trial.name(),
                    name,
                    !name.endsWith("/s"),
                    medians(peers, figures -> figures.get(name)),
                    Set.of()));
        });
        return headlines;
    }

    private static Headline headline(Scenario scenario, Map<String, List<Outcome>> peers) {
        if (scenario.open()) {
            return scenario.reading()
                    ? times(scenario, "delivery p99 ms", medians(peers, Outcome::deliveryP99))
                    : times(scenario, "ack p99 ms", medians(peers, Outcome::ackP99));
        }
        var unlimited = peers.keySet().stream()
                .filter(peer -> peers.get(peer).stream()
                        .anyMatch(outcome -> outcome.use().generatorBound()))
                .collect(Collectors.toSet());
        return scenario.reading()
                ? new Headline(
                        scenario.name(), "deliveries/s", false, medians(peers, Outcome::deliveries), unlimited)
                : new Headline(scenario.name(), "acked sends/s", false, medians(peers, Outcome::acks), unlimited);
    }

    private static Headline times(Scenario scenario, String unit, Map<String, Double> medians) {
        return new Headline(scenario.name(), unit, true, medians, Set.of());
    }

    private static <T> Map<String, Double> medians(Map<String, List<T>> peers, ToDoubleFunction<T> figure) {
        var medians = new LinkedHashMap<String, Double>();
        peers.forEach((peer, all) -> medians.put(peer, median(all, figure)));
        return medians;
    }

    /** A line for each scenario, with how many times better Parley is than each of the others. */
    private String table(List<Headline> headlines) {
        var others = peers.stream().filter(peer -> !peer.equals(PARLEY)).toList();
        var table = new StringBuilder("| scenario | unit | " + String.join(" | ", peers)
                + others.stream().map(" | better than %s ×"::formatted).collect(Collectors.joining()) + " |\n|---|---"
                + "|---:".repeat(peers.size() + others.size()) + "|\n");
        for (var headline : headlines) {
            table.append("| " + headline.scenario() + " | " + headline.unit());
            peers.forEach(peer -> table.append(" | " + (headline.unlimited().contains(peer) ? "≥ " : "")
                    + number(headline.medians().getOrDefault(peer, Double.NaN))));
            others.forEach(peer -> table.append(
                    " | " + (headline.unlimited().contains(peer) ? "≤ " : "") + number(headline.ratio(peer))));
            table.append(" |\n");
        }
        return table.append("\n").toString();
    }

    private String details() {
        var details = new StringBuilder("| scenario | peer | acked sends/s (lowest to highest) | deliveries/s"
                + " | ack p50 / p99 ms | delivery p50 / p99 ms | history p50 / p99 ms | presence p50 / p99 ms | server CPU | PostgreSQL CPU"
                + " | generator CPU | foreign CPU | cores slower × | server RSS MB | delivered = expected, stored once, no holes"
                + " | remarks |\n" + "|---".repeat(16) + "|\n");
        loads.forEach((scenario, peers) -> peers.forEach(
                (peer, outcomes) -> details.append("| " + scenario.name() + " | " + peer + line(scenario, outcomes))));
        return loads.isEmpty() ? "" : details + "\n";
    }

    private static String line(Scenario scenario, List<Outcome> all) {
        var acks = all.stream().mapToDouble(Outcome::acks).summaryStatistics();
        return " | %,.0f (%,.0f to %,.0f) | %s | %s | %s | %s | %s | %.2f | %.2f | %.2f | %.2f | %.2f | %.0f | %s | %s |\n"
                .formatted(
                        median(all, Outcome::acks),
                        acks.getMin(),
                        acks.getMax(),
                        scenario.reading() ? number(median(all, Outcome::deliveries)) : "–",
                        pair(median(all, Outcome::ackP50), median(all, Outcome::ackP99)),
                        pair(median(all, Outcome::deliveryP50), median(all, Outcome::deliveryP99)),
                        pair(median(all, Outcome::pageP50), median(all, Outcome::pageP99)),
                        pair(median(all, Outcome::questionP50), median(all, Outcome::questionP99)),
                        median(all, outcome -> outcome.use().server()),
                        median(all, outcome -> outcome.use().postgres()),
                        median(all, outcome -> outcome.use().generator()),
                        median(all, outcome -> outcome.use().foreign()),
                        median(all, Outcome::slowdown),
                        median(all, outcome -> outcome.use().rssMb()),
                        complaints(all),
                        remarks(scenario, all));
    }

    private String trialDetails() {
        var details = new StringBuilder();
        trials.forEach((trial, peers) -> {
            var names = List.copyOf(peers.values().iterator().next().getFirst().keySet());
            details.append("%s\n\n| peer | %s |\n|---%s|\n"
                    .formatted(trial.title(), String.join(" | ", names), "|---:".repeat(names.size())));
            peers.forEach((peer, all) -> details.append("| " + peer + " | "
                    + names.stream()
                            .map(name -> number(median(all, figures -> figures.get(name)))
                                    + spread(all, name))
                            .collect(Collectors.joining(" | "))
                    + " |\n"));
            details.append("\n");
        });
        failures.forEach(failure -> details.append(failure + "\n\n"));
        return details.toString();
    }

    private static String spread(List<Map<String, Double>> all, String name) {
        var values = all.stream().mapToDouble(figures -> figures.get(name)).summaryStatistics();
        return all.size() == 1 ? "" : " (%s to %s)".formatted(number(values.getMin()), number(values.getMax()));
    }

    private static String complaints(List<Outcome> outcomes) {
        var complaints = outcomes.stream()
                .map(Outcome::complaint)
                .filter(complaint -> !complaint.isEmpty())
                .toList();
        return complaints.isEmpty() ? "yes" : "**NO**: " + String.join("; ", complaints);
    }

    private static String remarks(Scenario scenario, List<Outcome> outcomes) {
        var remarks = new ArrayList<String>();
        // At a fixed rate it is the limit when it is late.
        if (!scenario.open() && outcomes.stream().anyMatch(outcome -> outcome.use().generatorBound())) {
            remarks.add("generator may be the limit");
        }
        if (outcomes.stream().anyMatch(outcome -> outcome.lateP99() > LATE)) {
            remarks.add("generator was late");
        }
        long noisy = outcomes.stream().filter(Outcome::disturbed).count();
        if (noisy > 0) {
            remarks.add(noisy + " of " + outcomes.size() + " runs disturbed");
        }
        return String.join(", ", remarks);
    }

    static <T> double median(List<T> all, ToDoubleFunction<T> figure) {
        var sorted = all.stream().mapToDouble(figure).sorted().toArray();
        int middle = sorted.length / 2;
        return IntStream.of(middle, sorted.length - 1 - middle)
                .mapToDouble(place -> sorted[place])
                .average()
                .orElse(Double.NaN);
    }

    private static String pair(double half, double most) {
        return Double.isNaN(half) ? "–" : "%.2f / %.2f".formatted(half, most);
    }

    /** Three digits or all before the point. */
    static String number(double value) {
        if (Double.isNaN(value)) {
            return "–";
        }
        return (Math.abs(value) >= 100 ? "%,.0f" : Math.abs(value) >= 10 ? "%.1f" : "%.2f").formatted(value);
    }
}
