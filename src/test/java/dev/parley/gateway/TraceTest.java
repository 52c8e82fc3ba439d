package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.testing.ChatClient;
import dev.parley.testing.TestAccount;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** With tracing on, a message can be followed from its frame through its commit to its readers. */
@QuarkusTest
@TestProfile(Traced.class)
@SuppressWarnings("NullAway.Init") // set before each test
class TraceTest {
    private static final String BODY = "what nobody but bob may read";

    @TestHTTPResource("/")
    URI server;

    @Inject
    InMemorySpanExporter exporter;

    private TestAccount account;
    private ChatClient alice;
    private ChatClient bob;
    private String room;

    @BeforeEach
    void meet() {
        account = TestAccount.registers(server, "alice");
        alice = account.connects(server);
        bob = TestAccount.registers(server, "bob").connects(server);
        room = Chat.createPublic(alice);
        Chat.join(bob, room);
        Chat.open(bob, room);
    }

    @AfterEach
    void hangUp() {
        alice.close();
        bob.close();
    }

    @Test
    void leadsFromTheFrameThroughTheCommitToTheReaders() {
        send("a", BODY);
        bob.hears("entry");

        var send = frame("a");
        assertThat(send.getKind()).isEqualTo(SpanKind.SERVER);
        assertThat(send.getParentSpanContext().isValid()).isFalse();
        var commit = only(childOf(send, "commit"));
        assertThat(commit.getLinks()).extracting(LinkData::getSpanContext).containsExactly(send.getSpanContext());
        assertThat(send.getLinks()).extracting(LinkData::getSpanContext).containsExactly(commit.getSpanContext());
        assertThat(number(commit, "parley.lines")).isEqualTo(1);
        assertThat(number(commit, "parley.attempt")).isEqualTo(1);
        var fanOut = only(childOf(commit, "fan-out"));
        assertThat(number(fanOut, "parley.rooms")).isEqualTo(1);
        await().untilAsserted(() -> assertThat(childOf(fanOut, "delivery")).isNotEmpty());
    }

    @Test
    void showsEachStatementBelowWhatAskedForIt() {
        send("a", BODY);
        showsStatementBelow(only(childOf(frame("a"), "commit")), "append_batch");

        exporter.reset();
        Chat.open(alice, room);
        await().until(() -> !spans("open").isEmpty());
        showsStatementBelow(only(spans("open")), "from member");

        exporter.reset();
        ChatClient.greets(server, account.token()).close();
        await().until(() -> !spans("hello").isEmpty());
        showsStatementBelow(only(spans("hello")), "begin_session");
    }

    private void showsStatementBelow(SpanData asker, String part) {
        await().untilAsserted(() -> assertThat(exporter.getFinishedSpanItems())
                .filteredOn(span -> span.getParentSpanId().equals(asker.getSpanId()))
                .extracting(span -> text(span, "db.statement"))
                .anySatisfy(sql -> assertThat(sql).contains(part)));
    }

    @Test
    void saysWhoseFrameItWasAndWhatBecameOfIt() {
        send("a", BODY);
        var first = frame("a");
        assertThat(text(first, "parley.room")).isEqualTo(room);
        assertThat(text(first, "parley.connection")).isNotBlank();
        assertThat(text(first, "parley.session")).isNotBlank();
        assertThat(text(first, "parley.outcome")).isEqualTo("ok");

        exporter.reset();
        send("a", "something else");
        var conflict = frame("a");
        assertThat(text(conflict, "parley.outcome")).isEqualTo("refused");
        assertThat(conflict.getStatus().getStatusCode())
                .as("what a client does wrong is no error of ours")
                .isEqualTo(StatusCode.UNSET);
    }

    @Test
    void knowsTheSessionOfAHello() {
        await().untilAsserted(() -> assertThat(spans("hello")).isNotEmpty().allSatisfy(hello -> {
            assertThat(text(hello, "parley.session")).isNotBlank();
            assertThat(text(hello, "parley.outcome")).isEqualTo("ok");
        }));
    }

    @Test
    void keepsBodiesAndTokensToItself() {
        send("a", BODY);
        bob.hears("entry");
        alice.asks("{\"type\":\"auth\",\"token\":\"" + account.token() + "\"}");
        frame("a");
        await().until(() -> !spans("auth").isEmpty());

        assertThat(exporter.getFinishedSpanItems())
                .isNotEmpty()
                .allSatisfy(span -> assertThat(span.toString()).doesNotContain(BODY, account.token()));
    }

    @Test
    void tracesNeitherUpgradesNorWhatWatchesUs() {
        send("a", BODY);
        frame("a");

        assertThat(exporter.getFinishedSpanItems())
                .extracting(SpanData::getName)
                .contains("POST /api/tokens")
                .noneMatch(name -> name.contains("/chat") || name.contains("/q/"));
    }

    private void send(String cid, String body) {
        alice.asks("""
                {"type":"send","room":"%s","cid":"%s","body":"%s"}""".formatted(room, cid, body));
    }

    /** The span of the send with that cid. */
    private SpanData frame(String cid) {
        return await().until(
                        () -> spans("send").stream()
                                .filter(span ->
                                        cid.equals(text(span, "parley.cid")) && room.equals(text(span, "parley.room")))
                                .findFirst()
                                .orElse(null),
                        Objects::nonNull);
    }

    private List<SpanData> spans(String name) {
        return exporter.getFinishedSpanItems().stream()
                .filter(span -> span.getName().equals(name))
                .toList();
    }

    private List<SpanData> childOf(SpanData parent, String name) {
        return await().until(
                        () -> spans(name).stream()
                                .filter(span -> span.getTraceId().equals(parent.getTraceId())
                                        && span.getParentSpanId().equals(parent.getSpanId()))
                                .toList(),
                        found -> !found.isEmpty());
    }

    private static SpanData only(List<SpanData> spans) {
        assertThat(spans).hasSize(1);
        return spans.getFirst();
    }

    private static @Nullable String text(SpanData span, String key) {
        return span.getAttributes().get(AttributeKey.stringKey(key));
    }

    private static @Nullable Long number(SpanData span, String key) {
        return span.getAttributes().get(AttributeKey.longKey(key));
    }
}
