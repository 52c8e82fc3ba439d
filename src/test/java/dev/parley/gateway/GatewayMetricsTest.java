package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.testing.ChatClient;
import dev.parley.testing.TestAccount;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.net.URI;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(QuickLimits.class)
@SuppressWarnings("NullAway.Init") // set before each test
class GatewayMetricsTest {
    @TestHTTPResource("/")
    URI server;

    @Inject
    MeterRegistry metrics;

    private TestAccount account;

    @BeforeEach
    void register() {
        account = TestAccount.registers(server, "alice");
    }

    @Test
    void showsAReaderThatDoesNotAcknowledgeUntilItDoes() {
        try (var alice = ChatClient.connects(server)) {
            alice.asks("""
                    {"type":"hello","token":"%s","window":1}""".formatted(account.token()));
            var room = Chat.createPublic(alice);
            Chat.open(alice, room);
            Chat.sendMany(alice, room, 3);
            alice.hears("lag");

            await().until(() -> behind() == 1);
            assertThat(metrics.get("parley.delivery.oldest.undelivered")
                            .timeGauge()
                            .value(TimeUnit.SECONDS))
                    .as("it is for the client to go on")
                    .isZero();
            assertThat(metrics.get("parley.readers").gauge().value()).isEqualTo(1);
            assertThat(metrics.get("parley.rooms.open").gauge().value()).isEqualTo(1);

            for (int seq = 2; seq <= 4; seq++) {
                alice.says("{\"type\":\"ack\",\"cursors\":{\"" + room + "\":" + seq + "}}");
                Chat.ping(alice);
            }

            await().until(() -> behind() == 0);
        }
    }

    @Test
    void countsCommandsByWhatBecameOfThem() {
        try (var alice = account.connects(server)) {
            double ok = commands("close", "ok");
            double refused = commands("join", "refused");

            Chat.ok(alice.asks("{\"type\":\"close\",\"room\":\"00000000-0000-0000-0000-000000000001\"}"));
            assertThat(Chat.code(alice.asks(
                            "{\"type\":\"join\",\"cid\":\"j\",\"room\":\"00000000-0000-0000-0000-000000000001\"}")))
                    .isEqualTo("not_found");

            assertThat(commands("close", "ok")).isEqualTo(ok + 1);
            assertThat(commands("join", "refused")).isEqualTo(refused + 1);
        }
    }

    @Test
    void countsClosesByTheirCode() {
        double before = closed("1000");
        try (var alice = account.connects(server)) {
            alice.says("{\"type\":\"logout\"}");
            assertThat(alice.closeCode()).isEqualTo(1000);
        }
        await().until(() -> closed("1000") == before + 1);
    }

    private double behind() {
        return metrics.get("parley.readers.behind").gauge().value();
    }

    private double commands(String type, String outcome) {
        var counter = metrics.find("parley.commands.outcomes")
                .tag("type", type)
                .tag("outcome", outcome)
                .counter();
        return counter == null ? 0 : counter.count();
    }

    private double closed(String code) {
        return metrics.get("parley.connections.closed")
                .tag("code", code)
                .counter()
                .count();
    }
}
