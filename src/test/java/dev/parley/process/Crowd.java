package dev.parley.process;

import dev.parley.testing.Habits;
import dev.parley.testing.ReconnectingClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** Members of a room who talk as fast as they are answered, and do not listen. */
record Crowd(List<ReconnectingClient> members, UUID room) {
    private static final int OUTBOX = 128;
    private static final String BODY = "x".repeat(200);
    private static final Duration LIMIT = Duration.ofMinutes(2);

    static Crowd of(Scene scene, int size, UUID room) {
        var members = new ArrayList<ReconnectingClient>();
        for (int i = 0; i < size; i++) {
            var member = scene.client("talker", new Habits(() -> {}, 0, OUTBOX));
            member.joins(room);
            members.add(member);
        }
        return new Crowd(members, room);
    }

    /** So many messages of 200 bytes in all; returns when every one is acknowledged. */
    void says(int messages) {
        var talking = members.stream()
                .map(member -> Thread.ofVirtual().start(() -> talk(member, messages / members.size())))
                .toList();
        for (var talk : talking) {
            try {
                if (!talk.join(LIMIT)) {
                    throw new AssertionError("not all was said within " + LIMIT);
                }
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    private void talk(ReconnectingClient member, int messages) {
        for (int i = 1; i < messages; i++) {
            var _ = member.says(room, BODY);
        }
        // Answers come in the order of the commands.
        member.says(room, BODY).orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS).join();
    }
}
