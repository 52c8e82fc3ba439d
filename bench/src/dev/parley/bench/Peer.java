package dev.parley.bench;

import java.util.List;
import java.util.concurrent.Callable;

/** A server that is measured. */
interface Peer extends AutoCloseable {
    String name();

    Server server();

    Machine machine();

    /** Has that many clients an account, if the server knows such a thing. */
    default void enrol(int clients) throws Exception {}

    /** Connections for one run, in rooms that are new. */
    Session prepare(Scenario scenario) throws Exception;

    @Override
    void close() throws Exception;

    /** One run's connections and what the database must hold after it. */
    interface Session {
        List<? extends Link> links();

        /** What the database says against {@code sent} sends that were all acknowledged; empty if nothing. */
        String complaint(long sent) throws Exception;

        /** For each connection a way to be back in its room after it was lost; they may be gone at the same time. */
        List<Callable<Link>> returns();
    }
}
