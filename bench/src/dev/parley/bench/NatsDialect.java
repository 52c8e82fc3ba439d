package dev.parley.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * The protocol of NATS, in binary frames: the server takes no others. A room is a subject, all rooms are one stream of
 * JetStream's, and the answer to a send is the stream's to the subject that the send names for it.
 */
final class NatsDialect implements ForeignPeer.Dialect {
    static final String PAYLOAD = "{\"cid\":\"%s-%s\",\"body\":\"%s\"}";

    private static final String CONNECT = "CONNECT {\"verbose\":false,\"pedantic\":false}\r\n";
    private static final String SUBSCRIBE = "SUB %s %s\r\n";
    private static final String PUBLISH = "PUB %s %s %d\r\n%s\r\n";
    private static final String PING = "PING\r\n";

    private static final String STREAM = "{\"name\":\"chat\",\"subjects\":[\"room.>\"],\"storage\":\"file\"}";
    private static final Pattern MESSAGES_OF_ROOM = Pattern.compile("\"room\\.[^\"]+\":(\\d+)");

    /** All senders' subjects have five digits. */
    private static final int FIRST_SENDER = 10_000;

    /** Has the stream that keeps what is sent to rooms, until the server's files are deleted. */
    static void createStream(int port) throws IOException {
        var answer = request(port, "STREAM.CREATE.chat", STREAM);
        if (answer.contains("\"error\"")) {
            throw new IOException("no stream: " + answer);
        }
    }

    @Override
    public List<NatsLink> connect(Scenario scenario, int port, String tag) throws IOException {
        var links = new ArrayList<NatsLink>();
        for (int room = 0; room < scenario.rooms(); room++) {
            var subject = "room." + tag + "." + UUID.randomUUID();
            for (int member = 0; member < scenario.members(); member++) {
                boolean sends = member < scenario.senders();
                var answers = "ack." + tag + "." + (FIRST_SENDER + links.size()) + ".";
                var dialogue = open(port);
                // It answers no SUB, but takes everything in its order.
                dialogue.asks(
                        CONNECT
                                + (scenario.reading() ? SUBSCRIBE.formatted(subject, NatsLink.ROOM) : "")
                                + (sends ? SUBSCRIBE.formatted(answers + "*", NatsLink.ANSWERS) : "")
                                + PING,
                        "PONG");
                var payload = PAYLOAD.formatted(tag, SendFrame.NUMBER, SendFrame.BODY);
                var send = PUBLISH.formatted(subject, answers + SendFrame.NUMBER, payload.length(), payload);
                links.add(new NatsLink(
                        dialogue.channel(),
                        sends ? new SendFrame(SendFrame.BINARY, send) : null,
                        scenario.window(),
                        links.size() % Link.SAMPLE == 0));
            }
        }
        return links;
    }

    /** It has no tables: the stream is asked how many messages each room has. */
    @Override
    public String complaint(ForeignPeer peer, String tag, long sent) throws IOException {
        var answer =
                request(peer.server().port(), "STREAM.INFO.chat", "{\"subjects_filter\":\"room." + tag + ".>\"}");
        long stored = MESSAGES_OF_ROOM
                .matcher(answer)
                .results()
                .mapToLong(room -> Long.parseLong(room.group(1)))
                .sum();
        return stored == sent ? "" : "%d sent, %d stored".formatted(sent, stored);
    }

    private static String request(int port, String what, String json) throws IOException {
        var dialogue = open(port);
        try (var _ = dialogue.channel()) {
            return dialogue.asks(
                    CONNECT
                            + SUBSCRIBE.formatted("answer", 1)
                            + PUBLISH.formatted("$JS.API." + what, "answer", json.length(), json),
                    "MSG answer");
        }
    }

    private static Dialogue open(int port) throws IOException {
        return Dialogue.open(port, "/", "", SendFrame.BINARY);
    }
}
