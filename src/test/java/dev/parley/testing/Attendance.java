package dev.parley.testing;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** When a client was there, and when it was not. Written by its reading thread, read by any. */
final class Attendance {
    private final AtomicInteger times = new AtomicInteger();
    private final List<Absence> absences = new CopyOnWriteArrayList<>();
    private final List<Parting> partings = new CopyOnWriteArrayList<>();
    private int closeCode;
    private long left;

    /** It is welcomed. */
    void comes() {
        if (times.get() > 0) {
            absences.add(new Absence(closeCode, Duration.ofNanos(System.nanoTime() - left)));
        }
        times.incrementAndGet();
    }

    /** A connection that it was welcomed on has ended. */
    void leaves(int code) {
        closeCode = code;
        left = System.nanoTime();
    }

    /** The same, once it is about to try again. */
    void parted(boolean bye, Duration asked) {
        partings.add(new Parting(bye, closeCode, asked, Duration.ofNanos(System.nanoTime() - left)));
    }

    /** How often it was welcomed. */
    int times() {
        return times.get();
    }

    List<Absence> absences() {
        return List.copyOf(absences);
    }

    List<Parting> partings() {
        return List.copyOf(partings);
    }
}
