package dev.parley.bench;

import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;

/** Clients of Parley in new rooms of their own. */
final class ParleySession implements Peer.Session {
    private static final String PROTOCOL = "Sec-WebSocket-Protocol: parley.v1+json\n";
    private static final String HELLO = "{\"type\":\"hello\",\"id\":\"h\",\"token\":\"%s\"}";
    private static final String RESUME = "{\"type\":\"hello\",\"id\":\"h\",\"token\":\"%s\",\"resume\":"
            + "{\"session\":\"%s\",\"secret\":\"%s\",\"rooms\":{\"%s\":%d}}}";

    private final List<ParleyLink> links = new ArrayList<>();
    private final List<UUID> rooms = new ArrayList<>();
    private final AtomicInteger turn = new AtomicInteger();
    private final List<Callable<Link>> returns = new ArrayList<>();
    private final String firstToken;
    private final List<Integer> ports;
    private final String databaseName;
    private final Database database;
    private final String tag = UUID.randomUUID().toString().substring(0, 8);

    private ParleySession(String firstToken, List<Integer> ports, String databaseName, Database database) {
        this.firstToken = firstToken;
        this.ports = ports;
        this.databaseName = databaseName;
        this.database = database;
    }

    /** Everybody joins before anybody opens, so that no join is heard as an entry. */
    static ParleySession open(
            Scenario scenario, List<Integer> ports, List<String> tokens, String databaseName, Database database)
            throws IOException {
        var session = new ParleySession(tokens.getFirst(), ports, databaseName, database);
        for (int room = 0; room < scenario.rooms(); room++) {
            var members = tokens.subList(room * scenario.members(), (room + 1) * scenario.members());
            session.fill(scenario, members);
        }
        return session;
    }

    /** To the nodes in turns. */
    private Dialogue connect() throws IOException {
        return Dialogue.open(ports.get(turn.getAndIncrement() % ports.size()), "/chat", PROTOCOL);
    }

    @Override
    public List<ParleyLink> links() {
        return links;
    }

    @Override
    public String complaint(long sent) throws SQLException {
        var ids = rooms.toArray(UUID[]::new);
        long stored = database.number(
                databaseName,
                """
                select count(*) from entry where room_id = any (?) and kind = 'message' and cid like ?""",
                ids,
                tag + "-%");
        long cids = database.number(
                databaseName,
                """
                select count(distinct cid) from entry where room_id = any (?) and kind = 'message'
                   and cid between ? and ?""",
                ids,
                tag + "-" + SendFrame.FIRST_NUMBER,
                tag + "-" + (SendFrame.FIRST_NUMBER + sent - 1));
        long unsound = database.number(
                databaseName,
                """
                select count(*) from room r
                  left join lateral (select count(*) as lines, max(seq) as last,
                                            count(*) filter (where kind = 'message') as messages
                                       from entry where room_id = r.id) e on true
                 where r.id = any (?)
                   and not (lines = r.head_seq and last = r.head_seq and messages = r.message_count)""",
                (Object) ids);
        return stored == sent && cids == sent && unsound == 0
                ? ""
                : "%d sent, %d stored, %d different, %d rooms with holes".formatted(sent, stored, cids, unsound);
    }

    @Override
    public List<Callable<Link>> returns() {
        return returns;
    }

    /** A further connection of the first member, which reads the first room from its first entry on. */
    ParleyLink behind() throws IOException {
        var dialogue = connect();
        dialogue.asks(HELLO.formatted(firstToken), "\"re\":\"h\"");
        var room = rooms.getFirst();
        var first = dialogue.asks(
                "{\"type\":\"open\",\"id\":\"o\",\"room\":\"%s\",\"since\":0}".formatted(room), "\"re\":\"o\"");
        int entries = first.split("\"seq\":").length - 1;
        return new ParleyLink(dialogue.channel(), null, 0, room, entries + 1, false);
    }

    private void fill(Scenario scenario, List<String> members) throws IOException {
        var dialogues = new ArrayList<Dialogue>();
        var welcomes = new ArrayList<String>();
        String room = "";
        for (var token : members) {
            var dialogue = connect();
            welcomes.add(dialogue.asks(HELLO.formatted(token), "\"re\":\"h\""));
            if (room.isEmpty()) {
                room = Dialogue.field(
                        dialogue.asks(
                                "{\"type\":\"create_room\",\"id\":\"c\",\"cid\":\"c-%s-%d\",\"name\":\"bench\",\"visibility\":\"public\"}"
                                        .formatted(tag, rooms.size()),
                                "\"re\":\"c\""),
                        "room");
            } else {
                dialogue.asks(
                        "{\"type\":\"join\",\"id\":\"j\",\"room\":\"%s\",\"cid\":\"j-%s\"}".formatted(room, tag),
                        "\"re\":\"j\"");
            }
            dialogues.add(dialogue);
        }
        var id = UUID.fromString(room);
        rooms.add(id);
        var send = SendFrame.of(id, tag);
        for (int i = 0; i < dialogues.size(); i++) {
            var link = new ParleyLink(
                    dialogues.get(i).channel(),
                    i < scenario.senders() ? send : null,
                    scenario.window(),
                    id,
                    scenario.reading() ? opens(dialogues.get(i), room) + 1 : 0,
                    links.size() % Link.SAMPLE == 0);
            links.add(link);
            var token = members.get(i);
            var welcome = welcomes.get(i);
            returns.add(() -> resume(token, welcome, id, link.cursor()));
        }
    }

    /** With the session it had, and back in the room when nothing of that is missing any more. */
    private Link resume(String token, String welcome, UUID room, long cursor) throws IOException {
        var dialogue = connect();
        var answer = dialogue.asks(
                RESUME.formatted(
                        token, Dialogue.field(welcome, "session"), Dialogue.field(welcome, "secret"), room, cursor),
                "\"re\":\"h\"");
        if (!Dialogue.field(answer, "resumed").equals("true")) {
            throw new IOException("not resumed: " + answer);
        }
        dialogue.hears("{\"type\":\"caught_up\"");
        return new ParleyLink(dialogue.channel(), null, 0, room, cursor + 1, false);
    }

    /** The head at which it opened. */
    private static long opens(Dialogue dialogue, String room) throws IOException {
        return Long.parseLong(Dialogue.field(
                dialogue.asks(
                        "{\"type\":\"open\",\"id\":\"o\",\"room\":\"%s\",\"limit\":0}".formatted(room), "\"re\":\"o\""),
                "head"));
    }
}
