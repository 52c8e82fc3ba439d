package dev.parley.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Packets of Engine.IO 4 with socket.io's in them. */
final class SioDialect implements ForeignPeer.Dialect {
    @Override
    public List<SioLink> connect(Scenario scenario, int port, String tag) throws IOException {
        var links = new ArrayList<SioLink>();
        for (int room = 0; room < scenario.rooms(); room++) {
            var name = UUID.randomUUID().toString();
            var send = new SendFrame("42%s[\"send\",{\"room\":\"%s\",\"cid\":\"%s-%s\",\"body\":\"%s\"}]"
                    .formatted(SendFrame.NUMBER, name, tag, SendFrame.NUMBER, SendFrame.BODY));
            for (int member = 0; member < scenario.members(); member++) {
                var dialogue = Dialogue.open(port, "/socket.io/?EIO=4&transport=websocket", "");
                dialogue.asks("40", "40{");
                if (scenario.reading()) {
                    dialogue.asks("420[\"join\",\"" + name + "\"]", "430[");
                }
                links.add(new SioLink(
                        dialogue.channel(),
                        member < scenario.senders() ? send : null,
                        scenario.window(),
                        links.size() % Link.SAMPLE == 0));
            }
        }
        return links;
    }
}
