package dev.parley.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonSerializable;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.jsontype.TypeSerializer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An entry in the form in which it crosses the wire, encoded once and shared by all readers: the JSON object
 * {@code {"seq":…,"kind":…,"by":…,"at":…,"cid":…,"data":{…}}} as UTF-8. Immutable; do not write to {@link #json()}.
 *
 * @param seq the entry's place in its room
 * @param leaver who is out of the room by this entry; null for an entry of any other kind
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; a copy per reader is what this type avoids
public record EncodedEntry(long seq, @Nullable UUID leaver, byte[] json) implements JsonSerializable {
    private static final JsonFactory JSON = new JsonFactory();
    private static final String LEAVE = "leave";

    /** @param data the entry's payload, a JSON object */
    public static EncodedEntry of(long seq, String kind, UUID by, Instant at, String cid, String data) {
        var out = new ByteArrayOutputStream(160 + data.length());
        try (var json = JSON.createGenerator(out)) {
            json.writeStartObject();
            json.writeNumberField("seq", seq);
            json.writeStringField("kind", kind);
            json.writeStringField("by", by.toString());
            json.writeStringField("at", at.toString());
            json.writeStringField("cid", cid);
            json.writeFieldName("data");
            json.writeRawValue(data);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new EncodedEntry(seq, kind.equals(LEAVE) ? by : null, out.toByteArray());
    }

    /** The whole {@code entry} frame of this entry, UTF-8. */
    public byte[] frame(UUID room) {
        var head = ("{\"type\":\"entry\",\"room\":\"" + room + "\",").getBytes(StandardCharsets.US_ASCII);
        var frame = new byte[head.length + json.length - 1];
        System.arraycopy(head, 0, frame, 0, head.length);
        System.arraycopy(json, 1, frame, head.length, json.length - 1);
        return frame;
    }

    @Override
    public void serialize(JsonGenerator out, SerializerProvider serializers) throws IOException {
        out.writeRawValue(new RawUtf8(json));
    }

    @Override
    public void serializeWithType(JsonGenerator out, SerializerProvider serializers, TypeSerializer type)
            throws IOException {
        serialize(out, serializers);
    }
}
