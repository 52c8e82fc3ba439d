package dev.parley.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.log.SecondNode.Place;
import dev.parley.testing.EmbeddedPostgresResource;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The functions that change rooms, and the one by which nodes of the version before append. */
@QuarkusTest
@WithTestResource(value = EmbeddedPostgresResource.class, scope = TestResourceScope.GLOBAL)
class SqlFunctionTest {
    private SecondNode sql;
    private UUID owner;
    private UUID stranger;
    private UUID room;
    private UUID secret;

    @BeforeEach
    void fillsDatabase() throws SQLException {
        sql = SecondNode.connects();
        owner = sql.account();
        stranger = sql.account();
        room = sql.room(owner, "public");
        secret = sql.room(owner, "private");
    }

    @AfterEach
    void closes() {
        sql.close();
    }

    @Test
    void writesRepeatsAndRefuses() throws SQLException {
        assertThat(sql.append(message(owner, "a", "1"))).isEqualTo(new Place("new", 2));
        assertThat(sql.append(message(owner, "a", "1"))).isEqualTo(new Place("dup", 2));
        assertThat(sql.append(message(owner, "a", "2")).outcome()).isEqualTo("conflict");
        assertThat(sql.append(message(owner, "create", "1")).outcome())
                .as("the cid of another kind of line")
                .isEqualTo("conflict");
        assertThat(sql.append(message(stranger, "a", "1")).outcome()).isEqualTo("not_member");
        assertThat(sql.append(new Line(secret, stranger, "a", Kind.MESSAGE, "{}"))
                        .outcome())
                .isEqualTo("no_room");
        assertThat(sql.append(new Line(UUID.randomUUID(), owner, "a", Kind.MESSAGE, "{}"))
                        .outcome())
                .isEqualTo("no_room");
        assertThat(sql.append(message(owner, "b", "1")))
                .as("no number was burnt")
                .isEqualTo(new Place("new", 3));
    }

    @Test
    void tellsRepeatsWithinABatch() throws SQLException {
        sql.append(message(owner, "old", "1"));

        assertThat(sql.append(List.of(
                        message(owner, "a", "1"),
                        message(owner, "b", "1"),
                        message(owner, "a", "1"),
                        message(owner, "a", "2"),
                        message(stranger, "a", "1"),
                        message(owner, "old", "1"),
                        new Line(secret, owner, "a", Kind.MESSAGE, "{}"),
                        message(owner, "c", "1"),
                        message(owner, "b", "1"))))
                .containsExactly(
                        new Place("new", 3),
                        new Place("new", 4),
                        new Place("dup", 3),
                        new Place("conflict", 0),
                        new Place("not_member", 0),
                        new Place("dup", 2),
                        new Place("new", 2),
                        new Place("new", 5),
                        new Place("dup", 4));
        assertThat(sql.numbers("select message_count from room where id = ?", room))
                .containsExactly(4L);
    }

    @Test
    void createsOnce() throws SQLException {
        var fresh = UUID.randomUUID();
        var create = new Line(fresh, owner, "c", Kind.CREATE, "{\"name\":\"n\",\"visibility\":\"private\"}");

        assertThat(sql.change(create)).isEqualTo(new Place("new", 1));
        assertThat(sql.change(create)).isEqualTo(new Place("dup", 1));
        assertThat(sql.change(new Line(fresh, owner, "c", Kind.CREATE, "{\"name\":\"o\",\"visibility\":\"private\"}"))
                        .outcome())
                .isEqualTo("conflict");
        assertThat(sql.change(new Line(fresh, owner, "again", Kind.CREATE, create.payload()))
                        .outcome())
                .isEqualTo("conflict");
        assertThat(sql.change(new Line(fresh, stranger, "c", Kind.CREATE, create.payload()))
                        .outcome())
                .as("a room that another one has")
                .isEqualTo("conflict");
        assertThat(sql.numbers("select count(*) from member where room_id = ?", fresh))
                .containsExactly(1L);
    }

    @Test
    void joinsAndLeavesOnce() throws SQLException {
        assertThat(sql.change(leave("l0")).outcome()).isEqualTo("not_member");
        assertThat(sql.change(join("j1"))).isEqualTo(new Place("new", 2));
        assertThat(sql.change(join("j1"))).isEqualTo(new Place("dup", 2));
        assertThat(sql.change(join("j2"))).as("in already").isEqualTo(new Place("dup", 2));
        assertThat(sql.change(leave("l1"))).isEqualTo(new Place("new", 3));
        assertThat(sql.change(leave("l1"))).isEqualTo(new Place("dup", 3));
        assertThat(sql.change(leave("l2")).outcome()).isEqualTo("not_member");
        assertThat(sql.change(leave("j1")).outcome()).as("kind counts").isEqualTo("conflict");
        assertThat(sql.append(message(stranger, "m", "1")).outcome()).isEqualTo("not_member");
        assertThat(sql.change(join("j3"))).isEqualTo(new Place("new", 4));
        assertThat(sql.numbers("select message_count from room where id = ?", room))
                .containsExactly(0L);
    }

    @Test
    void hidesPrivateRooms() throws SQLException {
        assertThat(sql.change(new Line(secret, stranger, "j", Kind.JOIN, "{}")).outcome())
                .isEqualTo("no_room");
        assertThat(sql.change(new Line(secret, stranger, "l", Kind.LEAVE, "{}")).outcome())
                .isEqualTo("no_room");
        assertThat(sql.change(new Line(UUID.randomUUID(), stranger, "j", Kind.JOIN, "{}"))
                        .outcome())
                .isEqualTo("no_room");
    }

    private Line message(UUID sender, String cid, String body) {
        return new Line(room, sender, cid, Kind.MESSAGE, "{\"body\":\"" + body + "\"}");
    }

    private Line join(String cid) {
        return new Line(room, stranger, cid, Kind.JOIN, "{}");
    }

    private Line leave(String cid) {
        return new Line(room, stranger, cid, Kind.LEAVE, "{}");
    }
}
