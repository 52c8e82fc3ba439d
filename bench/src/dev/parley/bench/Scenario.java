package dev.parley.bench;

import java.util.List;

/**
 * A load. Each room has its own members, each member a connection of its own; the first of them send.
 *
 * @param window sends of one connection that may be without an answer
 * @param reading whether every member has its room open, so that every send is delivered to all of them
 */
record Scenario(String name, int rooms, int members, int senders, int window, boolean reading) {
    private static final List<Scenario> ALL = List.of(
            new Scenario("S1one", 1, 1, 1, 1, false),
            new Scenario("S1a", 50, 1, 1, 1, false),
            new Scenario("S1b", 200, 1, 1, 1, false),
            new Scenario("S1c", 200, 1, 1, 16, false),
            new Scenario("S1h", 1, 200, 200, 16, true),
            new Scenario("S1m", 100, 10, 10, 1, true),
            new Scenario("S2w1", 1, 1000, 1, 1, true),
            new Scenario("S2a", 1, 1000, 4, 2, true),
            new Scenario("S2b", 1, 5000, 4, 2, true));

    static Scenario named(String name) {
        return ALL.stream()
                .filter(scenario -> scenario.name.equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no scenario " + name));
    }

    int connections() {
        return rooms * members;
    }

    /** How often each send is delivered. */
    int readers() {
        return reading ? members : 0;
    }
}
