package dev.parley.presence;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;

/** Tells who types, and tells it no more often than a reader can use. */
@ApplicationScoped
class Typing {
    /** What was told is not told again within this time. */
    private static final Duration QUIET = Duration.ofSeconds(1);

    private static final int MOST_TYPISTS = 100_000;

    private final Event<TypingChanged> changed;
    private final Cache<Typist, Boolean> told = Caffeine.newBuilder()
            .expireAfterWrite(QUIET)
            .maximumSize(MOST_TYPISTS)
            .build();

    private record Typist(UUID account, UUID room) {}

    Typing(Event<TypingChanged> changed) {
        this.changed = changed;
    }

    void hear(@Observes TypingRequested request) {
        var typist = new Typist(request.account(), request.room());
        if (!Objects.equals(told.getIfPresent(typist), request.on())) {
            told.put(typist, request.on());
            changed.fire(new TypingChanged(request.room(), request.account(), request.on()));
        }
    }
}
