package dev.parley.bench;

import dev.parley.bench.Load.Outcome;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** All outcomes, as medians in Markdown. */
final class Table {
    /** More than this many cores used by strangers, and a run says little. */
    private static final double QUIET = 0.1;

    private final Map<Row, List<Outcome>> rows = new LinkedHashMap<>();

    private static final String PARLEY = "parley";

    private record Row(Scenario scenario, String peer) {}

    void add(Scenario scenario, String peer, Outcome outcome) {
        rows.computeIfAbsent(new Row(scenario, peer), _ -> new ArrayList<>()).add(outcome);
    }

    void print(PrintStream out) {
        out.println("| scenario | peer | acked sends/s (lowest to highest) | deliveries/s | ack p50 / p99 ms"
                + " | delivery p50 / p99 ms | server CPU | PostgreSQL CPU | generator CPU | foreign CPU | server RSS MB"
                + " | delivered = expected, stored once, no holes | remarks |");
        out.println("|---|---|---|---|---|---|---|---|---|---|---|---|---|");
        rows.forEach((row, outcomes) -> out.println(line(row, outcomes)));
        printRatios(out);
    }

    /** Parley's median against each other's, of what the scenario is about: deliveries where somebody reads. */
    private void printRatios(PrintStream out) {
        var peers = rows.keySet().stream().map(Row::peer).distinct().toList();
        if (peers.size() < 2 || !peers.contains(PARLEY)) {
            return;
        }
        var others = peers.stream().filter(peer -> !peer.equals(PARLEY)).toList();
        out.println();
        out.println("| Parley against | " + String.join(" | ", others) + " |");
        out.println("|---|" + "---|".repeat(others.size()));
        rows.keySet().stream().map(Row::scenario).distinct().forEach(scenario -> {
            double ours = throughput(scenario, PARLEY);
            out.println("| " + scenario.name() + " | "
                    + others.stream()
                            .map(peer -> "%.2f".formatted(ours / throughput(scenario, peer)))
                            .collect(Collectors.joining(" | "))
                    + " |");
        });
    }

    private double throughput(Scenario scenario, String peer) {
        var outcomes = rows.getOrDefault(new Row(scenario, peer), List.of());
        return median(outcomes, scenario.reading() ? Outcome::deliveries : Outcome::acks);
    }

    private static String line(Row row, List<Outcome> outcomes) {
        var lowest = outcomes.stream().mapToDouble(Outcome::acks).min().orElse(0);
        var highest = outcomes.stream().mapToDouble(Outcome::acks).max().orElse(0);
        return "| %s | %s | %,.0f (%,.0f to %,.0f) | %s | %s | %s | %.2f | %.2f | %.2f | %.2f | %.0f | %s | %s |"
                .formatted(
                        row.scenario.name(),
                        row.peer,
                        median(outcomes, Outcome::acks),
                        lowest,
                        highest,
                        row.scenario.reading() ? "%,.0f".formatted(median(outcomes, Outcome::deliveries)) : "–",
                        pair(median(outcomes, Outcome::ackP50), median(outcomes, Outcome::ackP99)),
                        pair(median(outcomes, Outcome::deliveryP50), median(outcomes, Outcome::deliveryP99)),
                        median(outcomes, outcome -> outcome.use().server()),
                        median(outcomes, outcome -> outcome.use().postgres()),
                        median(outcomes, outcome -> outcome.use().generator()),
                        median(outcomes, outcome -> outcome.use().foreign()),
                        median(outcomes, outcome -> outcome.use().rssMb()),
                        complaints(outcomes),
                        remarks(outcomes));
    }

    private static String complaints(List<Outcome> outcomes) {
        var complaints = outcomes.stream()
                .map(Outcome::complaint)
                .filter(complaint -> !complaint.isEmpty())
                .toList();
        return complaints.isEmpty() ? "yes" : "**NO**: " + String.join("; ", complaints);
    }

    private static String remarks(List<Outcome> outcomes) {
        var remarks = new ArrayList<String>();
        if (outcomes.stream().anyMatch(outcome -> outcome.use().generatorBound())) {
            remarks.add("generator may be the limit");
        }
        long noisy = outcomes.stream()
                .filter(outcome -> outcome.use().foreign() > QUIET)
                .count();
        if (noisy > 0) {
            remarks.add(noisy + " of " + outcomes.size() + " runs disturbed");
        }
        return String.join(", ", remarks);
    }

    private static double median(List<Outcome> outcomes, ToDoubleFunction<Outcome> figure) {
        var sorted = outcomes.stream().mapToDouble(figure).sorted().toArray();
        if (sorted.length == 0) {
            return Double.NaN;
        }
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private static String pair(double half, double most) {
        return Double.isNaN(half) ? "–" : "%.2f / %.2f".formatted(half, most);
    }
}
