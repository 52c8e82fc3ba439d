package dev.parley.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** One JSON object in each frame, written as Parley writes them, without sessions and without an order that is checked. */
final class PlainDialect implements ForeignPeer.Dialect {
    @Override
    public List<Plain> connect(Scenario scenario, int port, String tag) throws IOException {
        var links = new ArrayList<Plain>();
        for (int room = 0; room < scenario.rooms(); room++) {
            var name = UUID.randomUUID();
            var send = SendFrame.of(name, tag);
            for (int member = 0; member < scenario.members(); member++) {
                var dialogue = Dialogue.open(port, "/chat", "");
                if (scenario.reading()) {
                    dialogue.asks("{\"type\":\"join\",\"id\":\"j\",\"room\":\"%s\"}".formatted(name), "\"re\":\"j\"");
                }
                links.add(new Plain(
                        dialogue.channel(),
                        member < scenario.senders() ? send : null,
                        scenario.window(),
                        links.size() % Link.SAMPLE == 0));
            }
        }
        return links;
    }

    static final class Plain extends Link {
        private static final int KIND = "{\"type\":\"".length();
        private static final int OK_NUMBER = "{\"type\":\"ok\",\"re\":\"".length();

        private final boolean sampled;

        Plain(SocketChannel channel, SendFrame send, int window, boolean sampled) {
            super(channel, send, window);
            this.sampled = sampled;
        }

        @Override
        void text(ByteBuffer in, int from, int length, Load load) {
            if (in.get(from + KIND) == 'o') {
                answered(number(in, from + OK_NUMBER), load);
            } else if (in.get(from + KIND + 1) == 'n') {
                load.delivered(1);
                if (sampled) {
                    load.deliveryOf(cidNumber(in, from));
                }
            } else {
                load.fault(ascii(in, from, length));
            }
        }
    }
}
