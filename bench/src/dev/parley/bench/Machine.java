package dev.parley.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Who uses the cores, from {@code /proc}.
 *
 * @param servers processes under load
 * @param postgres its postmaster; the children are counted with it
 */
record Machine(Set<Long> servers, long postgres) {
    /** More than this many cores used by strangers, and a run says little. */
    static final double QUIET = 0.1;

    /** Parent of the kernel's threads. Like its interrupts they are no strangers: they write what the load stores. */
    private static final long KERNEL = 2;

    private static final double TICKS_PER_SECOND = 100; // USER_HZ is 100 on every Linux that Java runs on
    private static final int CORES = Runtime.getRuntime().availableProcessors();

    /** Ticks used so far. */
    record Ticks(long server, long postgres, long generator, long busy, long rssKb) {
        Use since(Ticks before, double seconds) {
            double unit = TICKS_PER_SECOND * seconds;
            double own = (server - before.server) + (postgres - before.postgres) + (generator - before.generator);
            return new Use(
                    (server - before.server) / unit,
                    (postgres - before.postgres) / unit,
                    (generator - before.generator) / unit,
                    Math.max(0, (busy - before.busy - own) / unit),
                    rssKb / 1024.0);
        }
    }

    /** Cores used, and the servers' resident memory. */
    record Use(double server, double postgres, double generator, double foreign, double rssMb) {
        /** Whether the generator may have been what limited the figure. */
        boolean generatorBound() {
            return generator > 0.45 * CORES || generator > server;
        }
    }

    Ticks now() throws IOException {
        long ownTicks = 0;
        long serverTicks = 0;
        long postgresTicks = 0;
        long kernelTicks = 0;
        var all = processes();
        for (var process : all.entrySet()) {
            var stat = process.getValue();
            if (process.getKey() == ProcessHandle.current().pid()) {
                ownTicks += stat.ticks;
            } else if (servers.contains(process.getKey())) {
                serverTicks += stat.ticks;
            } else if (process.getKey() == postgres) {
                postgresTicks += stat.ticks + stat.ticksOfTheDead;
            } else if (stat.parent == postgres) {
                postgresTicks += stat.ticks;
            } else if (stat.parent == KERNEL) {
                kernelTicks += stat.ticks;
            }
        }
        return new Ticks(serverTicks, postgresTicks, ownTicks, busy() - kernelTicks, rssKb());
    }

    private record Stat(long parent, long ticks, long ticksOfTheDead) {}

    private static Map<Long, Stat> processes() throws IOException {
        var found = new HashMap<Long, Stat>();
        try (var entries = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (var entry : entries) {
                try {
                    // After the name, which is in brackets and may hold anything.
                    var text = Files.readString(entry.resolve("stat"));
                    var fields = text.substring(text.lastIndexOf(')') + 2).split(" ");
                    found.put(
                            Long.valueOf(entry.getFileName().toString()),
                            new Stat(
                                    Long.parseLong(fields[1]),
                                    Long.parseLong(fields[11]) + Long.parseLong(fields[12]),
                                    Long.parseLong(fields[13]) + Long.parseLong(fields[14])));
                } catch (IOException _) {
                    // It has ended meanwhile.
                }
            }
        }
        return found;
    }

    private static long busy() throws IOException {
        var fields = Files.readString(Path.of("/proc/stat")).lines().findFirst().orElseThrow().split(" +");
        long busy = 0;
        for (int i = 1; i < fields.length && i <= 8; i++) {
            busy += i >= 4 && i <= 7 ? 0 : Long.parseLong(fields[i]); // not: idle, waiting for the disk, interrupts
        }
        return busy;
    }

    /** What it is, for whom the figures are told. */
    static String described() throws IOException {
        String model;
        try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            model = lines.filter(line -> line.startsWith("model name"))
                    .findFirst()
                    .map(line -> line.substring(line.indexOf(':') + 2))
                    .orElse("unknown");
        }
        return "%d cores (%s), Linux %s, Java %s, %s."
                .formatted(
                        CORES,
                        model,
                        System.getProperty("os.version").replaceAll("-.*", ""),
                        Runtime.version().feature(),
                        java.time.LocalDate.now());
    }

    /** Resident memory of the servers. */
    double rssMb() throws IOException {
        return rssKb() / 1024.0;
    }

    private long rssKb() throws IOException {
        long sum = 0;
        for (long server : servers) {
            try (var lines = Files.lines(Path.of("/proc/" + server + "/status"))) {
                sum += lines.filter(line -> line.startsWith("VmRSS:"))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                        .findFirst()
                        .orElse(0);
            } catch (NoSuchFileException _) {
                // It has ended meanwhile.
            }
        }
        return sum;
    }
}
