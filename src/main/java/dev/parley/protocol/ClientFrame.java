package dev.parley.protocol;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a client may say. A frame that exists is well-formed: its constructor refuses what breaks a rule by
 * {@link InvalidField}. Fields that are not named here are ignored.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(name = "hello", value = ClientFrame.Hello.class),
    @JsonSubTypes.Type(name = "auth", value = ClientFrame.Auth.class),
    @JsonSubTypes.Type(name = "create_room", value = ClientFrame.CreateRoom.class),
    @JsonSubTypes.Type(name = "join", value = ClientFrame.Join.class),
    @JsonSubTypes.Type(name = "leave", value = ClientFrame.Leave.class),
    @JsonSubTypes.Type(name = "open", value = ClientFrame.Open.class),
    @JsonSubTypes.Type(name = "close", value = ClientFrame.Close.class),
    @JsonSubTypes.Type(name = "send", value = ClientFrame.Send.class),
    @JsonSubTypes.Type(name = "history", value = ClientFrame.History.class),
    @JsonSubTypes.Type(name = "ack", value = ClientFrame.Ack.class),
    @JsonSubTypes.Type(name = "typing", value = ClientFrame.Typing.class),
    @JsonSubTypes.Type(name = "presence", value = ClientFrame.Presence.class),
    @JsonSubTypes.Type(name = "ping", value = ClientFrame.Ping.class),
    @JsonSubTypes.Type(name = "logout", value = ClientFrame.Logout.class)
})
public sealed interface ClientFrame {

    /** The client's mark for the answer's {@code re}; null if it gave none. */
    @Nullable
    String id();

    /** The first frame. The token may have come with the upgrade instead. */
    record Hello(
            @Nullable String id,
            @Nullable String token,
            @Nullable Client client,
            @Nullable Integer window,
            @Nullable Resume resume)
            implements ClientFrame {
        public Hello {
            Rules.optionalId(id);
            Rules.range("window", window, 1, Rules.MAX_WINDOW);
        }
    }

    /** What the client calls itself; shown in the list of sessions. */
    record Client(@Nullable String name, @Nullable String version) {
        public Client {
            Rules.optionalText("client.name", name, Rules.MAX_NAME);
            Rules.optionalText("client.version", version, Rules.MAX_NAME);
        }

        public String device() {
            return ((name == null ? "" : name) + " " + (version == null ? "" : version)).strip();
        }
    }

    /** What a client kept: its session, the session's secret, and per room the highest seq it has. */
    record Resume(UUID session, String secret, @Nullable Map<UUID, Long> rooms) {
        public Resume {
            Rules.present("resume.session", session);
            Rules.text("resume.secret", secret, Rules.MAX_SECRET);
            rooms = rooms == null ? Map.of() : rooms;
            rooms.values().forEach(seq -> {
                Rules.present("resume.rooms", seq);
                Rules.seq("resume.rooms", seq);
            });
        }

        @Override
        public Map<UUID, Long> rooms() {
            return rooms == null ? Map.of() : rooms;
        }

        @Override
        public String toString() {
            return "Resume[session=" + session + "]"; // never the secret
        }
    }

    /** A fresh token for the connection. */
    record Auth(@Nullable String id, String token) implements ClientFrame {
        public Auth {
            Rules.optionalId(id);
            Rules.present("token", token);
        }

        @Override
        public String toString() {
            return "Auth[id=" + id + "]"; // never the token
        }
    }

    record CreateRoom(
            @Nullable String id,
            String cid,
            String name,
            @Nullable Visibility visibility) implements ClientFrame {
        public CreateRoom {
            Rules.optionalId(id);
            Rules.cid(cid);
            Rules.text("name", name, Rules.MAX_NAME);
        }

        /** Private, unless the client says public. */
        public Visibility visibilityOrPrivate() {
            return visibility == null ? Visibility.PRIVATE : visibility;
        }
    }

    record Join(@Nullable String id, UUID room, String cid) implements ClientFrame {
        public Join {
            Rules.optionalId(id);
            Rules.present("room", room);
            Rules.cid(cid);
        }
    }

    record Leave(@Nullable String id, UUID room, String cid) implements ClientFrame {
        public Leave {
            Rules.optionalId(id);
            Rules.present("room", room);
            Rules.cid(cid);
        }
    }

    /** Read a room, from {@code since} on, or its last {@code limit} entries and what follows. */
    record Open(
            @Nullable String id,
            UUID room,
            @Nullable Long since,
            @Nullable Integer limit) implements ClientFrame {
        public Open {
            Rules.optionalId(id);
            Rules.present("room", room);
            Rules.seq("since", since);
            Rules.range("limit", limit, 0, Rules.MAX_PAGE);
        }
    }

    record Close(@Nullable String id, UUID room) implements ClientFrame {
        public Close {
            Rules.optionalId(id);
            Rules.present("room", room);
        }
    }

    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    record Send(
            @Nullable String id,
            UUID room,
            String cid,
            String body,
            @Nullable Long replyTo,
            @Nullable List<UUID> mentions)
            implements ClientFrame {
        public Send {
            Rules.optionalId(id);
            Rules.present("room", room);
            Rules.cid(cid);
            Rules.text("body", body, Integer.MAX_VALUE); // its size is the message package's business
            Rules.positive("reply_to", replyTo);
            Rules.count("mentions", mentions, Rules.MAX_MENTIONS);
        }

        @Override
        public String toString() {
            return "Send[room=" + room + ", cid=" + cid + "]"; // never the body
        }
    }

    /** A page of a room's past: the last entries below {@code before}, or the first above {@code after}. */
    record History(
            @Nullable String id,
            UUID room,
            @Nullable Long before,
            @Nullable Long after,
            @Nullable Integer limit) implements ClientFrame {
        public History {
            Rules.optionalId(id);
            Rules.present("room", room);
            Rules.seq("before", before);
            Rules.seq("after", after);
            Rules.range("limit", limit, 1, Rules.MAX_PAGE);
            if (before != null && after != null) {
                throw new InvalidField("before and after exclude each other");
            }
        }
    }

    /** Per room the highest seq that the client has kept; cumulative. */
    record Ack(@Nullable String id, Map<UUID, Long> cursors) implements ClientFrame {
        public Ack {
            Rules.optionalId(id);
            Rules.present("cursors", cursors);
            cursors.values().forEach(seq -> {
                Rules.present("cursors", seq);
                Rules.seq("cursors", seq);
            });
        }
    }

    record Typing(@Nullable String id, UUID room, boolean on) implements ClientFrame {
        public Typing {
            Rules.optionalId(id);
            Rules.present("room", room);
        }
    }

    /**
     * Who is online: of a room's members, or of the users that are named.
     *
     * @param watch whether the client is told of who comes and goes in the room from now on; null: as before
     */
    record Presence(
            @Nullable String id,
            @Nullable UUID room,
            @Nullable List<UUID> users,
            @Nullable Boolean watch) implements ClientFrame {
        public Presence {
            Rules.optionalId(id);
            Rules.count("users", users, Rules.MAX_USERS);
            if ((room == null) == (users == null)) {
                throw new InvalidField("either room or users is to be named");
            }
            if (users != null && watch != null) {
                throw new InvalidField("only a room can be watched");
            }
        }
    }

    record Ping(@Nullable String id) implements ClientFrame {
        public Ping {
            Rules.optionalId(id);
        }
    }

    /** Ends the session; a closed socket never does. */
    record Logout(@Nullable String id) implements ClientFrame {
        public Logout {
            Rules.optionalId(id);
        }
    }
}
