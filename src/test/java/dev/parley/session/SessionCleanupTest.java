package dev.parley.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.session.SessionDirectory.Place;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SessionCleanupTest {
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final KnownSessions known = new KnownSessions(new FixedSessionConfig());

    @Test
    void deletesAllThatIsDueInOneRun() {
        var records = new Records(17, 6);

        assertThat(cleanup(records).clean().result()).isEqualTo(17);

        assertThat(records.due).isZero();
        assertThat(records.forgettable).isZero();
        assertThat(records.batches).allMatch(size -> size <= FixedSessionConfig.BATCH);
        assertThat(metrics.counter("parley.session.expired").count()).isEqualTo(17);
    }

    @Test
    void isNotDoneBesideItself() {
        var records = new Records(1, 0);
        records.slow = true;
        var cleanup = cleanup(records);

        assertThat(cleanup.clean()).isSameAs(cleanup.clean());
    }

    private SessionCleanup cleanup(SessionRecords records) {
        return new SessionCleanup(records, new FixedSessionConfig(), new SessionMetrics(metrics, known));
    }

    private static final class Records implements SessionRecords {
        private final List<Integer> batches = new ArrayList<>();
        private int due;
        private int forgettable;
        private boolean slow;

        Records(int due, int forgettable) {
            this.due = due;
            this.forgettable = forgettable;
        }

        @Override
        public Future<Integer> deleteExpired(int limit) {
            if (slow) {
                return Future.future(_ -> {});
            }
            int batch = Math.min(limit, due);
            due -= batch;
            batches.add(batch);
            return Future.succeededFuture(batch);
        }

        @Override
        public Future<Integer> forgetEnded(Duration period, int limit) {
            int batch = Math.min(limit, forgettable);
            forgettable -= batch;
            return Future.succeededFuture(batch);
        }

        @Override
        public Future<List<ListedSession>> list(UUID account, int limit) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Future<List<ListedSession>> page(Place after, int limit) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Future<List<Revoked>> revoke(UUID account, UUID session) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Future<List<Revoked>> revoke(UUID session) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Future<List<Revoked>> revokeAll(UUID account) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Future<List<Ended>> ended(Duration period, Ended after, int limit) {
            throw new UnsupportedOperationException();
        }
    }
}
