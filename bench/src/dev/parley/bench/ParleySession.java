package dev.parley.bench;

import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Clients of Parley in new rooms of their own. */
final class ParleySession implements Peer.Session {
    private static final String DATABASE = "parley";

    private final List<ParleyLink> links = new ArrayList<>();
    private final List<UUID> rooms = new ArrayList<>();
    private final Database database;
    private final String tag = UUID.randomUUID().toString().substring(0, 8);

    private ParleySession(Database database) {
        this.database = database;
    }

    /** Everybody joins before anybody opens, so that no join is heard as an entry. */
    static ParleySession open(Scenario scenario, int port, List<String> tokens, Database database) throws IOException {
        var session = new ParleySession(database);
        for (int room = 0; room < scenario.rooms(); room++) {
            var members = tokens.subList(room * scenario.members(), (room + 1) * scenario.members());
            session.fill(scenario, port, members);
        }
        return session;
    }

    @Override
    public List<ParleyLink> links() {
        return links;
    }

    @Override
    public String complaint(long sent) throws SQLException {
        var ids = rooms.toArray(UUID[]::new);
        long stored = database.number(
                DATABASE,
                """
                select count(*) from entry where room_id = any (?) and kind = 'message' and cid like ?""",
                ids,
                tag + "-%");
        long cids = database.number(
                DATABASE,
                """
                select count(distinct cid) from entry where room_id = any (?) and kind = 'message'
                   and cid between ? and ?""",
                ids,
                tag + "-" + SendFrame.FIRST_NUMBER,
                tag + "-" + (SendFrame.FIRST_NUMBER + sent - 1));
        long unsound = database.number(
                DATABASE,
                """
                select count(*) from room r
                  left join lateral (select count(*) as lines, max(seq) as last from entry where room_id = r.id) e on true
                 where r.id = any (?) and not (lines = r.head_seq and last = r.head_seq)""",
                (Object) ids);
        return stored == sent && cids == sent && unsound == 0
                ? ""
                : "%d sent, %d stored, %d different, %d rooms with holes".formatted(sent, stored, cids, unsound);
    }

    private void fill(Scenario scenario, int port, List<String> members) throws IOException {
        var dialogues = new ArrayList<Dialogue>();
        String room = "";
        for (var token : members) {
            var dialogue = Dialogue.open(port, "/chat", "Sec-WebSocket-Protocol: parley.v1+json\n");
            dialogue.asks("{\"type\":\"hello\",\"id\":\"h\",\"token\":\"%s\"}".formatted(token), "\"re\":\"h\"");
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
        rooms.add(UUID.fromString(room));
        var send = SendFrame.of(UUID.fromString(room), tag);
        for (int i = 0; i < dialogues.size(); i++) {
            links.add(new ParleyLink(
                    dialogues.get(i).channel(),
                    i < scenario.senders() ? send : null,
                    scenario.window(),
                    scenario.reading() ? opens(dialogues.get(i), room) + 1 : 0,
                    i % Link.SAMPLE == 0));
        }
    }

    /** The head at which it opened. */
    private static long opens(Dialogue dialogue, String room) throws IOException {
        return Long.parseLong(Dialogue.field(
                dialogue.asks(
                        "{\"type\":\"open\",\"id\":\"o\",\"room\":\"%s\",\"limit\":0}".formatted(room), "\"re\":\"o\""),
                "head"));
    }
}
