package dev.parley.bench;

import java.util.List;

/** A server that is measured. */
interface Peer extends AutoCloseable {
    String name();

    Machine machine();

    /** Connections for one run, in rooms that are new. */
    Session prepare(Scenario scenario) throws Exception;

    @Override
    void close() throws Exception;

    /** One run's connections and what the database must hold after it. */
    interface Session {
        List<? extends Link> links();

        /** What the database says against {@code sent} sends that were all acknowledged; empty if nothing. */
        String complaint(long sent) throws Exception;
    }
}
