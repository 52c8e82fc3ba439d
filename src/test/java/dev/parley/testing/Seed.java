package dev.parley.testing;

import java.util.Random;
import org.jboss.logging.Logger;

/**
 * Where all chance in process tests comes from: the same number ({@code -Dparley.seed}) makes the same choices, for each
 * test from its beginning. What the machine does in between is not repeated. Thread-safe.
 */
public final class Seed {
    private static final Logger LOG = Logger.getLogger(Seed.class);
    private static final long VALUE = Long.getLong("parley.seed", System.nanoTime());
    private static Random root = new Random(VALUE);

    static {
        LOG.infof("seed %d (again by -Dparley.seed=%1$d)", VALUE);
    }

    private Seed() {}

    public static long value() {
        return VALUE;
    }

    /** A test begins: its choices do not depend on the tests before it. */
    public static synchronized void sows() {
        root = new Random(VALUE);
    }

    /** A source of choices of its own for who asks. */
    public static synchronized Random random() {
        return new Random(root.nextLong());
    }
}
