package dev.parley.event;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Whom and what an event is about: all that is remembered of its content.
 *
 * @param what in a few words, where ids do not say it; never text of a client
 */
public record Subjects(
        @Nullable UUID account,
        @Nullable UUID session,
        @Nullable UUID room,
        @Nullable String what) {

    public static Subjects account(UUID account, UUID session) {
        return new Subjects(account, session, null, null);
    }

    public static Subjects room(@Nullable UUID account, UUID room) {
        return new Subjects(account, null, room, null);
    }

    public static Subjects session(UUID session) {
        return new Subjects(null, session, null, null);
    }

    public static Subjects of(String what) {
        return new Subjects(null, null, null, what);
    }
}
