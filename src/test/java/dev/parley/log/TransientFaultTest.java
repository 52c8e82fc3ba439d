package dev.parley.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.ChatClient;
import dev.parley.testing.EmbeddedPostgresResource;
import dev.parley.testing.TestAccount;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** D12: PostgreSQL gives up a transaction that would succeed another time. Its senders notice nothing. */
@QuarkusTest
@WithTestResource(value = EmbeddedPostgresResource.class, scope = TestResourceScope.GLOBAL)
class TransientFaultTest {
    private static final int SENDS = 10;
    private static final int TRIES = 3;

    @TestHTTPResource("/")
    URI server;

    private SecondNode sql;
    private ChatClient alice;
    private String room;

    @BeforeEach
    void opensRoom() {
        sql = SecondNode.connects();
        alice = TestAccount.registers(server, "alice").connects(server);
        room = alice.asks("{\"type\":\"create_room\",\"cid\":\"r\",\"name\":\"Lobby\",\"visibility\":\"public\"}")
                .path("room")
                .asText();
        alice.asks("{\"type\":\"open\",\"room\":\"" + room + "\"}");
    }

    @AfterEach
    void heals() throws SQLException {
        sql.does(
                "drop trigger if exists fails on entry; drop function if exists fail; drop sequence if exists attempt");
        sql.close();
        alice.close();
    }

    /** A deadlock, a serialization failure, a statement that took too long, a lock that was not to be had. */
    @ParameterizedTest
    @ValueSource(strings = {"40P01", "40001", "57014", "55P03"})
    void triesAgainUntilTheDatabaseTakesIt(String sqlState) throws SQLException {
        failsAllButEachLastTry(sqlState);

        for (int i = 0; i < SENDS; i++) {
            var sent = alice.asks(
                    "{\"type\":\"send\",\"room\":\"%s\",\"cid\":\"c%d\",\"body\":\"hello\"}".formatted(room, i));
            assertThat(sent.path("type").asText()).as(sent.toString()).isEqualTo("ok");
            assertThat(sent.path("seq").asLong()).isEqualTo(2 + i);
            assertThat(sent.path("dup").asBoolean()).isFalse();
        }

        assertThat(sql.numbers("select last_value from attempt"))
                .as("attempts, of which all but one each failed")
                .containsExactly((long) SENDS * TRIES);
        assertThat(sql.numbers("select seq from entry where room_id = ? order by seq", UUID.fromString(room)))
                .isEqualTo(LongStream.rangeClosed(1, 1 + SENDS).boxed().toList());
        assertThat(hears(SENDS))
                .isEqualTo(LongStream.rangeClosed(2, 1 + SENDS).boxed().toList());
    }

    /** What a transaction takes from a sequence stays taken when it fails: so the next attempt is another one. */
    private void failsAllButEachLastTry(String sqlState) throws SQLException {
        sql.does("create sequence attempt");
        sql.does("""
                create function fail() returns trigger language plpgsql as $$
                begin
                    if nextval('attempt') %% %d <> 0 then
                        raise exception 'injected by a test' using errcode = '%s';
                    end if;
                    return new;
                end $$""".formatted(TRIES, sqlState));
        sql.does("create trigger fails before insert on entry for each row when (new.room_id = '%s')".formatted(room)
                + " execute function fail()");
    }

    /** The numbers of so many entries, as they come. */
    private List<Long> hears(int entries) {
        var seqs = new ArrayList<Long>();
        while (seqs.size() < entries) {
            var frame =
                    alice.hears("entries", next -> next.path("type").asText().matches("entry|entries"));
            var page = frame.has("entries") ? frame.path("entries") : List.of(frame);
            page.forEach(entry -> seqs.add(entry.path("seq").asLong()));
        }
        return seqs;
    }
}
