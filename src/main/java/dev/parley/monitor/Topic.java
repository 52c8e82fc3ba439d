package dev.parley.monitor;

/** What a stream shows again whenever it has changed. */
interface Topic {

    /** As requests and the stream name it. */
    String topic();

    /** How it is now, to be written as JSON. On any event loop, without blocking. */
    Object snapshot();
}
