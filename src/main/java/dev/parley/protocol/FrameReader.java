package dev.parley.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.InvalidTypeIdException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.io.IOException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Turns the text of a WebSocket message into a {@link ClientFrame}, or into the error that it deserves. Thread-safe. */
// The frames themselves are registered by their annotations, what is inside of them is not.
@RegisterForReflection(targets = {ClientFrame.Client.class, ClientFrame.Resume.class, Visibility.class})
public final class FrameReader {
    /** Frames are flat; what is nested deeper is an attack. */
    private static final int MAX_DEPTH = 16;

    private static final String NOT_A_FRAME = "a frame is one JSON object with a type";

    private static final ObjectReader READER = reader();

    private FrameReader() {}

    /** The outcome of reading one message. */
    public sealed interface Read {
        record Understood(ClientFrame frame) implements Read {}

        /** @param re the frame's id, if one could be made out */
        record Refused(@Nullable String re, ErrorCode code, String message) implements Read {}
    }

    public static Read read(String text) {
        try {
            ClientFrame frame = READER.readValue(text);
            if (frame == null) {
                return new Read.Refused(null, ErrorCode.BAD_FRAME, NOT_A_FRAME);
            }
            return new Read.Understood(frame);
        } catch (InvalidTypeIdException e) {
            var re = idOf(text);
            return e.getTypeId() == null || text.stripLeading().startsWith("[")
                    ? new Read.Refused(re, ErrorCode.BAD_FRAME, NOT_A_FRAME)
                    : new Read.Refused(re, ErrorCode.UNKNOWN_TYPE, "no such type of frame");
        } catch (JsonMappingException e) {
            return refused(text, e);
        } catch (JsonProcessingException _) {
            return new Read.Refused(null, ErrorCode.BAD_FRAME, "not one well-formed JSON object");
        }
    }

    private static Read refused(String text, JsonMappingException fault) {
        for (Throwable cause = fault; cause != null; cause = cause.getCause()) {
            if (cause instanceof InvalidField broken) {
                return new Read.Refused(idOf(text), ErrorCode.INVALID, String.valueOf(broken.getMessage()));
            }
        }
        var field = fault.getPath().stream()
                .map(JsonMappingException.Reference::getFieldName)
                .filter(name -> name != null)
                .collect(Collectors.joining("."));
        if (fault instanceof InvalidFormatException format && format.getValue() instanceof String) {
            return new Read.Refused(idOf(text), ErrorCode.INVALID, "%s has no valid value".formatted(known(field)));
        }
        var message = field.isEmpty() ? NOT_A_FRAME : "%s has the wrong type".formatted(known(field));
        return new Read.Refused(idOf(text), ErrorCode.BAD_FRAME, message);
    }

    /** Path of the fault. Keys of maps come from the client: only our own field names are repeated to it. */
    private static String known(String field) {
        return field.matches("[a-z_]{1,32}(\\.[a-z_]{1,32}){0,2}") ? field : "a field";
    }

    /** The top-level id of a frame that could not be read otherwise, so that its sender can tell what failed. */
    private static @Nullable String idOf(String text) {
        try (var parser = READER.getFactory().createParser(text)) {
            parser.nextToken();
            for (var name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
                var value = parser.nextToken();
                if (name.equals("id")) {
                    return value == JsonToken.VALUE_STRING || value.isNumeric() ? repeatable(parser.getText()) : null;
                }
                parser.skipChildren();
            }
            return null;
        } catch (IOException _) {
            return null;
        }
    }

    /** The id, unless it is one that could not be said back as it was. */
    private static @Nullable String repeatable(String id) {
        try {
            Rules.optionalId(id);
            return id;
        } catch (InvalidField _) {
            return null;
        }
    }

    private static ObjectReader reader() {
        var json = JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(MAX_DEPTH)
                        .build())
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .build();
        return JsonMapper.builder(json)
                .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .withCoercionConfig(LogicalType.Textual, strict -> {
                    strict.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail);
                    strict.setCoercion(CoercionInputShape.Float, CoercionAction.Fail);
                    strict.setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail);
                })
                .build()
                .readerFor(ClientFrame.class);
    }
}
