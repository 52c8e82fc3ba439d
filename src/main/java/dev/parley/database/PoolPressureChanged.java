package dev.parley.database;

import dev.parley.event.DomainEvent;
import dev.parley.event.Subjects;
import java.util.Locale;

/**
 * The pool came under pressure, was nearly exhausted (the alert), or is at ease again. Fires with hysteresis: once for
 * each, however the load flickers.
 */
public record PoolPressureChanged(Level level, PoolUse use) implements DomainEvent {

    public enum Level {
        EASE,
        /** Usage above {@code parley.database.pool.warn-percent}. */
        BUSY,
        /** Usage above {@code parley.database.pool.alert-percent}: requests wait for connections. */
        EXHAUSTED
    }

    @Override
    public Subjects subjects() {
        return Subjects.of("%s, %d of %d in use, %d waiting"
                .formatted(level.name().toLowerCase(Locale.ROOT), use.inUse(), use.max(), use.waiting()));
    }
}
