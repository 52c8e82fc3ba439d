package dev.parley.monitor;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.parley.event.EventCount;
import dev.parley.event.RecordedEvent;
import dev.parley.event.Subjects;
import dev.parley.session.ListedSession;
import dev.parley.task.TaskKind;
import dev.parley.task.TaskOutcome;
import dev.parley.task.TaskView;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.inject.Singleton;

/** Writes records as {@code /ops} shows them: snake_case, times and durations of ISO 8601, nothing for null. */
@Singleton
@RegisterForReflection(
        targets = {
            TaskView.class,
            TaskKind.class,
            TaskOutcome.class,
            RecordedEvent.class,
            Subjects.class,
            EventCount.class,
            ListedSession.class
        })
class OpsJson {
    private final ObjectMapper mapper = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS, SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
            .defaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.NON_NULL))
            .build();

    /** One line. */
    String write(Object view) {
        try {
            return mapper.writeValueAsString(view);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("A view could not be written", impossible);
        }
    }
}
