package dev.parley.monitor;

import dev.parley.event.RecordedEvent;
import org.jspecify.annotations.Nullable;

/** What a stream tells of each time that it happens: events, or some of them in words of their own. */
interface Feed {

    /** As requests name it. */
    String topic();

    /** As the stream names one. */
    String name();

    /** What is told of the event, to be written as JSON; null if it is none of these. On any thread, quickly. */
    @Nullable
    Object told(RecordedEvent event);
}
