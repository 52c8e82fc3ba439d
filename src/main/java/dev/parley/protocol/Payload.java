package dev.parley.protocol;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The {@code data} of an entry, by its kind. Equal payloads have equal JSON: it is what a cid's repeats are compared by. */
@RegisterForReflection(targets = {Payload.Message.class, Payload.Room.class, Payload.Member.class})
public sealed interface Payload {

    record Message(
            String body, @Nullable Long replyTo, @Nullable List<UUID> mentions) implements Payload {}

    /** Of the entry that creates a room. */
    record Room(String name, Visibility visibility) implements Payload {}

    /** Of an entry by which somebody joins or leaves: the name that the account has. */
    record Member(String name) implements Payload {}

    default String json() {
        try {
            return Json.WRITER.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot encode " + getClass(), e);
        }
    }

    /** Holds the writer, which an interface cannot keep to itself. */
    final class Json {
        private static final ObjectWriter WRITER = JsonMapper.builder()
                .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                .defaultPropertyInclusion(JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, null))
                .build()
                .writer();

        private Json() {}
    }
}
