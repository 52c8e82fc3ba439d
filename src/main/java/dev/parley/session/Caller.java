package dev.parley.session;

import dev.parley.event.Subjects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Who a command comes from: the account (with the name it has in its token) and the session. */
public record Caller(UUID account, String name, UUID session) {

    /** What an event of this caller is about. */
    public Subjects about(@Nullable UUID room) {
        return new Subjects(account, session, room, null);
    }
}
