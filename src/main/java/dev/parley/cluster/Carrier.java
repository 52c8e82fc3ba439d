package dev.parley.cluster;

import io.vertx.core.Future;
import java.util.List;

/**
 * Brings texts from each node to all nodes, itself too. The seam for another way between nodes than PostgreSQL's. It may
 * lose texts, double and reorder them; nothing but delay comes of that.
 */
interface Carrier {
    /** Longest text, in ASCII characters. */
    int longestText();

    /**
     * Listens until the way is lost, which it notices by itself within seconds. Waits on the caller's thread.
     *
     * @throws InterruptedException when it was told to stop; then the way is closed in good order
     * @throws Exception how the way was lost, or could not be opened
     */
    void listen(Ears ears) throws Exception;

    /** Sends them in one go. Fails within bounded time if they could not be sent, or perhaps were not. */
    Future<Void> send(List<String> texts);

    /** Of who listens. */
    interface Ears {
        /** What is sent from now on is heard, and can be sent. */
        void open();

        /** On an event loop, one text after the other. */
        void hear(String text);
    }
}
