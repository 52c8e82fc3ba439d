package dev.parley.log;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Where a lane's rooms wait whose row somebody else holds, each in a lane of its own, so that the others need not. A room
 * stays there until all that was said in it is written, hence in order. Confined to the lane's loop.
 */
final class Sidings {
    private final int most;
    private final Supplier<Lane> newLane;
    private final Map<UUID, Lane> byRoom = new HashMap<>();

    /** @param most rooms at a time: each may hold a connection to the database */
    Sidings(int most, Supplier<Lane> newLane) {
        this.most = most;
        this.newLane = newLane;
    }

    /** Takes the line if its room waits here. */
    boolean take(Waiting waiting) {
        if (byRoom.isEmpty()) {
            return false;
        }
        var room = waiting.line().room();
        var siding = byRoom.get(room);
        if (siding == null) {
            return false;
        }
        if (siding.isIdle()) {
            byRoom.remove(room);
            return false;
        }
        siding.shunt(List.of(waiting));
        return true;
    }

    /** Takes lines of one room, which is held, if there is a place for it. */
    boolean open(UUID room, List<Waiting> lines) {
        byRoom.values().removeIf(Lane::isIdle);
        if (byRoom.size() >= most) {
            return false;
        }
        var siding = newLane.get();
        byRoom.put(room, siding);
        siding.shunt(lines);
        return true;
    }
}
