package dev.parley.bench;

import dev.parley.testing.StoredLog;
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
    private static final String CREATE =
            "{\"type\":\"create_room\",\"id\":\"c\",\"cid\":\"%s\",\"name\":\"bench\",\"visibility\":\"public\"}";
    private static final String JOIN = "{\"type\":\"join\",\"id\":\"j\",\"room\":\"%s\",\"cid\":\"%s\"}";
    private static final String RESUME = "{\"type\":\"hello\",\"id\":\"h\",\"token\":\"%s\",\"resume\":"
            + "{\"session\":\"%s\",\"secret\":\"%s\",\"rooms\":{\"%s\":%d}}}";

    /** Who may connect. */
    record Account(UUID id, String token) {}

    private final List<ParleyLink> links = new ArrayList<>();
    private final List<UUID> rooms = new ArrayList<>();
    private final AtomicInteger turn = new AtomicInteger();
    private final List<Callable<Link>> returns = new ArrayList<>();
    private final Account first;
    private final List<Integer> ports;
    private final String databaseName;
    private final Database database;
    private final String tag = UUID.randomUUID().toString().substring(0, 8);
    private final Journal journal = new Journal(tag);

    private ParleySession(Account first, List<Integer> ports, String databaseName, Database database) {
        this.first = first;
        this.ports = ports;
        this.databaseName = databaseName;
        this.database = database;
    }

    /** Everybody joins before anybody opens, so that no join is heard as an entry. */
    static ParleySession open(
            Scenario scenario, List<Integer> ports, List<Account> accounts, String databaseName, Database database)
            throws IOException {
        var session = new ParleySession(accounts.getFirst(), ports, databaseName, database);
        for (int room = 0; room < scenario.rooms(); room++) {
            var members = accounts.subList(room * scenario.members(), (room + 1) * scenario.members());
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

    /** What the checker of the fault suite finds. */
    @Override
    public String complaint(long sent) throws SQLException {
        try (var connection = database.open(databaseName)) {
            return journal.complaint(StoredLog.of(connection, rooms));
        }
    }

    @Override
    public List<Callable<Link>> returns() {
        return returns;
    }

    /** A further connection of the first member, which reads the first room from its first entry on. */
    ParleyLink behind() throws IOException {
        var dialogue = connect();
        dialogue.asks(HELLO.formatted(first.token()), "\"re\":\"h\"");
        var room = rooms.getFirst();
        var page = dialogue.asks(
                "{\"type\":\"open\",\"id\":\"o\",\"room\":\"%s\",\"since\":0}".formatted(room), "\"re\":\"o\"");
        int entries = page.split("\"seq\":").length - 1;
        int voice = journal.voice(room, first.id());
        journal.reads(voice, entries);
        return new ParleyLink(dialogue.channel(), null, 0, room, entries + 1, true, journal, voice);
    }

    private void fill(Scenario scenario, List<Account> members) throws IOException {
        var dialogues = new ArrayList<Dialogue>();
        var welcomes = new ArrayList<String>();
        String room = "";
        for (var member : members) {
            var dialogue = connect();
            welcomes.add(dialogue.asks(HELLO.formatted(member.token()), "\"re\":\"h\""));
            if (room.isEmpty()) {
                var cid = "c-" + tag + "-" + rooms.size();
                var created = dialogue.asks(CREATE.formatted(cid), "\"re\":\"c\"");
                room = Dialogue.field(created, "room");
                done(created, room, member, cid);
            } else {
                var cid = "j-" + tag;
                done(dialogue.asks(JOIN.formatted(room, cid), "\"re\":\"j\""), room, member, cid);
            }
            dialogues.add(dialogue);
        }
        var id = UUID.fromString(room);
        rooms.add(id);
        var send = SendFrame.of(id, tag);
        for (int i = 0; i < dialogues.size(); i++) {
            boolean sampled = links.size() % Link.SAMPLE == 0;
            int voice = journal.voice(id, members.get(i).id());
            long head = scenario.reading() ? opens(dialogues.get(i), room) : -1;
            if (sampled && scenario.reading()) {
                journal.reads(voice, head);
            }
            var link = new ParleyLink(
                    dialogues.get(i).channel(),
                    i < scenario.senders() ? send : null,
                    scenario.window(),
                    id,
                    head + 1,
                    sampled,
                    journal,
                    voice);
            links.add(link);
            var token = members.get(i).token();
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
        return new ParleyLink(dialogue.channel(), null, 0, room, cursor + 1, false, journal, 0);
    }

    private void done(String ok, String room, Account by, String cid) {
        journal.done(UUID.fromString(room), by.id(), cid, Long.parseLong(Dialogue.field(ok, "seq")));
    }

    /** The head at which it opened. */
    private static long opens(Dialogue dialogue, String room) throws IOException {
        return Long.parseLong(Dialogue.field(
                dialogue.asks(
                        "{\"type\":\"open\",\"id\":\"o\",\"room\":\"%s\",\"limit\":0}".formatted(room), "\"re\":\"o\""),
                "head"));
    }
}
