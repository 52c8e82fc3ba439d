package dev.parley.bench;

import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** Reads what socket.io says: packets of Engine.IO 4 with an event or an answer each. */
final class SioLink extends Link {
    private static final int ANSWER_NUMBER = "43".length();
    private static final int ANSWER_FIELD = ANSWER_NUMBER + "1234567890[{\"".length();
    private static final int EVENT_BODY = "42[\"message\",{".length();

    private final boolean sampled;

    SioLink(SocketChannel channel, SendFrame send, int window, boolean sampled) {
        super(channel, send, window);
        this.sampled = sampled;
    }

    @Override
    void text(ByteBuffer in, int from, int length, Load load) {
        if (in.get(from) == '2') {
            reply("3");
        } else if (in.get(from + 1) == '2') {
            load.delivered(1);
            if (sampled) {
                load.deliveryOf(cidNumber(in, from + EVENT_BODY));
            }
        } else if (in.get(from + 1) == '3' && in.get(from + ANSWER_FIELD) == 'i') {
            answered(number(in, from + ANSWER_NUMBER), load);
        } else {
            load.fault(ascii(in, from, length));
        }
    }
}
