package dev.parley.bench;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** XMPP in WebSocket frames (RFC 7395) and rooms (XEP-0045). A room takes sends from those only who have joined it. */
final class EjabberdDialect implements ForeignPeer.Dialect {
    /** The archive, as all peers' tables are looked at. */
    static final String MESSAGES =
            "create view message as select substring(xml from ' id=''([^'']+)''') as cid from archive";

    private static final String OPEN =
            "<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='localhost' version='1.0'/>";
    private static final String AUTH = "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='ANONYMOUS'/>";
    private static final String BIND =
            "<iq xmlns='jabber:client' type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>";
    private static final String JOIN =
            "<presence xmlns='jabber:client' to='%s/%d'><x xmlns='http://jabber.org/protocol/muc'/></presence>";
    private static final String SEND =
            "<message xmlns='jabber:client' type='groupchat' id='%s-%s' to='%s'><body>%s</body></message>";

    /** All nicks have five digits. */
    private static final int FIRST_NICK = 10_000;

    @Override
    public List<EjabberdLink> connect(Scenario scenario, int port, String tag) throws IOException {
        var links = new ArrayList<EjabberdLink>();
        for (int room = 0; room < scenario.rooms(); room++) {
            var name = UUID.randomUUID() + "@conference.localhost";
            var send = new SendFrame(SEND.formatted(tag, SendFrame.NUMBER, name, SendFrame.BODY));
            for (int member = 0; member < scenario.members(); member++) {
                int nick = FIRST_NICK + member;
                links.add(new EjabberdLink(
                        join(port, JOIN.formatted(name, nick)),
                        member < scenario.senders() ? send : null,
                        scenario.window(),
                        nick,
                        scenario.reading(),
                        links.size() % Link.SAMPLE == 0));
            }
        }
        return links;
    }

    private static SocketChannel join(int port, String presence) throws IOException {
        var dialogue = Dialogue.open(port, "/ws", "Sec-WebSocket-Protocol: xmpp\n");
        dialogue.asks(OPEN, "ANONYMOUS");
        dialogue.asks(AUTH, "<success");
        dialogue.asks(OPEN, "<bind");
        dialogue.asks(BIND, "<jid>");
        // The last that a room says to whoever joins.
        dialogue.asks(presence, "<subject");
        return dialogue.channel();
    }
}
