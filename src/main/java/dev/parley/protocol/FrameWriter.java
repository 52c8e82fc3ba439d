package dev.parley.protocol;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;

/** Encodes server frames. Thread-safe. */
// The frames themselves are registered by their annotations, what is inside of them is not.
@RegisterForReflection(
        targets = {
            ServerFrame.Limits.class,
            ServerFrame.Server.class,
            ServerFrame.Me.class,
            ServerFrame.Member.class,
            ErrorCode.class,
            ErrorCode.Retry.class
        })
public final class FrameWriter {
    private static final ObjectWriter WRITER = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .defaultPropertyInclusion(JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, null))
            .addModule(new SimpleModule().addSerializer(Instant.class, ToStringSerializer.instance)) // ISO-8601 UTC
            .build()
            .writerFor(ServerFrame.class);

    private FrameWriter() {}

    /** The frame's JSON as UTF-8. */
    public static byte[] write(ServerFrame frame) {
        try {
            return WRITER.writeValueAsBytes(frame);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot encode " + frame.getClass(), e);
        }
    }
}
