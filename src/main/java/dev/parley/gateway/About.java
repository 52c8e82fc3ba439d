package dev.parley.gateway;

import dev.parley.gateway.Connection.State;
import dev.parley.protocol.ClientFrame;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/**
 * What a line of the log or a span is about, by names of its own: {@code connection}, {@code session}, {@code room},
 * {@code cid}. Never what was said.
 */
final class About {
    private About() {}

    static Map<String, String> of(Connection connection) {
        return connection.state() instanceof State.Active active
                ? Map.of(
                        "connection",
                        connection.id(),
                        "session",
                        active.caller().session().toString())
                : Map.of("connection", connection.id());
    }

    static Map<String, String> of(ClientFrame frame) {
        return switch (frame) {
            case ClientFrame.Send send -> of(send.room(), send.cid());
            case ClientFrame.Join join -> of(join.room(), join.cid());
            case ClientFrame.Leave leave -> of(leave.room(), leave.cid());
            case ClientFrame.CreateRoom create -> Map.of("cid", create.cid());
            case ClientFrame.Open open -> of(open.room());
            case ClientFrame.Close close -> of(close.room());
            case ClientFrame.History history -> of(history.room());
            case ClientFrame.Typing typing -> of(typing.room());
            case ClientFrame.Presence presence -> presence.room() == null ? Map.of() : of(presence.room());
            case ClientFrame.Hello _, ClientFrame.Auth _, ClientFrame.Ack _, ClientFrame.Ping _, ClientFrame.Logout _ ->
                Map.of();
        };
    }

    static Map<String, String> of(Connection connection, ClientFrame frame) {
        var all = new HashMap<>(of(connection));
        all.putAll(of(frame));
        return all;
    }

    private static Map<String, String> of(UUID room, String cid) {
        return Map.of("room", room.toString(), "cid", cid);
    }

    private static Map<String, String> of(UUID room) {
        return Map.of("room", room.toString());
    }
}
