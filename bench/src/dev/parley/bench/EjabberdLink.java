package dev.parley.bench;

import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/**
 * Reads what a room of ejabberd's says, by its place behind the receiver's address, which has any length but no {@code f}.
 * The answer to a send is that it comes back to its sender, as to everybody, after the archive was written.
 */
final class EjabberdLink extends Link {
    private static final int TO = "<message xmlns='jabber:client' xml:lang='en' to='".length();
    private static final int NICK = "from='12345678-1234-1234-1234-123456789012@conference.localhost/".length();
    private static final int TYPE = NICK + "10000' type='".length();
    private static final int NUMBER = TYPE + "groupchat' id='12345678-".length();
    private static final int REST = NUMBER + SendFrame.NUMBER.length();

    private final int nick;
    private final boolean reading;
    private final boolean sampled;

    /** @param nick a number of five digits; what the room has from there is its own */
    EjabberdLink(SocketChannel channel, SendFrame send, int window, int nick, boolean reading, boolean sampled) {
        super(channel, send, window);
        this.nick = nick;
        this.reading = reading;
        this.sampled = sampled;
    }

    @Override
    void text(ByteBuffer in, int from, int length, Load load) {
        int sender = from + TO;
        int last = from + length - REST;
        while (sender < last && in.get(sender) != 'f') {
            sender++;
        }
        if (sender >= last || in.get(sender + TYPE) != 'g') {
            load.fault(ascii(in, from, length));
            return;
        }
        long number = number(in, sender + NUMBER);
        if (reading) {
            load.delivered(1);
            if (sampled) {
                load.deliveryOf(number);
            }
        }
        if (number(in, sender + NICK) == nick) {
            answered(number, load);
        }
    }
}
