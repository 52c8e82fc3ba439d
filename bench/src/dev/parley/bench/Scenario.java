package dev.parley.bench;

import java.util.List;

/**
 * A load. Each room has its own members, each member a connection of its own; the first of them send.
 *
 * @param window sends of one connection that may be without an answer; each answer has the next one go out
 * @param reading whether every member has its room open, so that every send is delivered to all of them
 * @param rate sends a second of all senders together, whatever the server does; 0: as the windows allow
 * @param asides notices of typing, pages of history and questions who is online a second, together; a third of them each
 */
record Scenario(
        String name, int rooms, int members, int senders, int window, boolean reading, int rate, int asides) {
    private static final List<Scenario> ALL = List.of(
            closed("S1one", 1, 1, 1, 1, false),
            closed("S1a", 50, 1, 1, 1, false),
            closed("S1b", 200, 1, 1, 1, false),
            closed("S1c", 200, 1, 1, 16, false),
            closed("S1h", 1, 200, 200, 16, true),
            closed("S1m", 100, 10, 10, 1, true),
            new Scenario("S1open", 50, 1, 1, 0, false, 1_500, 0),
            closed("S2w1", 1, 1000, 1, 1, true),
            closed("S2a", 1, 1000, 4, 2, true),
            closed("S2b", 1, 5000, 4, 2, true),
            new Scenario("S2d", 1, 1000, 20, 0, true, 20, 0),
            new Scenario("S7", 200, 10, 10, 0, true, 1_000, 600));

    private static Scenario closed(String name, int rooms, int members, int senders, int window, boolean reading) {
        return new Scenario(name, rooms, members, senders, window, reading, 0, 0);
    }

    /** Members who have their room open and say nothing by themselves. */
    static Scenario idle(String name, int rooms, int members) {
        return new Scenario(name, rooms, members, 0, 0, true, 0, 0);
    }

    /** One of those above by its name, or any closed one as {@code rooms x members x senders x window}, with {@code +} if all read. */
    static Scenario named(String name) {
        if (name.matches("\\d+x\\d+x\\d+x\\d+\\+?")) {
            var parts = name.replace("+", "").split("x");
            return closed(
                    name,
                    Integer.parseInt(parts[0]),
                    Integer.parseInt(parts[1]),
                    Integer.parseInt(parts[2]),
                    Integer.parseInt(parts[3]),
                    name.endsWith("+"));
        }
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

    /** Asides are spoken in Parley's dialect only. */
    boolean isFor(Peer peer) {
        return asides == 0 || peer instanceof ParleyPeer;
    }

    /** Whether it asks for a fixed rate: then what counts is how long things take. */
    boolean open() {
        return rate > 0;
    }
}
