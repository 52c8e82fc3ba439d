package dev.parley.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.cluster.Wakeup.Attached;
import dev.parley.cluster.Wakeup.General;
import dev.parley.cluster.Wakeup.Grown;
import dev.parley.cluster.Wakeup.Typing;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class PendingWakeupsTest {
    private static final int MOST = 10;
    private static final UUID ROOM = UUID.randomUUID();
    private static final UUID OTHER_ROOM = UUID.randomUUID();
    private static final UUID ALICE = UUID.randomUUID();

    private final PendingWakeups pending = new PendingWakeups(MOST);

    @Test
    void keepsTheHighestHeadOfEachRoom() {
        pending.add(new Grown(ROOM, 1));
        pending.add(new Grown(ROOM, 3));
        pending.add(new Grown(OTHER_ROOM, 7));
        pending.add(new Grown(ROOM, 2));

        assertThat(pending.take()).containsExactlyInAnyOrder(new Grown(ROOM, 3), new Grown(OTHER_ROOM, 7));
        assertThat(pending.isEmpty()).isTrue();
    }

    @Test
    void keepsWhatWasSaidLastOfWhoTypes() {
        pending.add(new Typing(ROOM, ALICE, true));
        pending.add(new Typing(ROOM, ALICE, false));

        assertThat(pending.take()).containsExactly(new Typing(ROOM, ALICE, false));
    }

    @Test
    void confusesNothingThatIsAboutDifferentThings() {
        pending.add(new Grown(ROOM, 1));
        pending.add(new Attached(ROOM, 1));
        pending.add(new Typing(ROOM, ROOM, true));
        pending.add(General.SESSIONS_ENDED);

        assertThat(pending.take()).hasSize(4);
    }

    @Test
    void becomesMuchRatherThanLarge() {
        for (int i = 0; i < 1000; i++) {
            pending.add(new Grown(UUID.randomUUID(), i + 1));
            pending.add(new Typing(ROOM, UUID.randomUUID(), true));
        }

        assertThat(pending.take()).hasSize(MOST + 1).contains(General.MUCH);
    }

    @Test
    void keepsUpKnownRoomsThoughThereIsNoPlaceForMore() {
        for (int i = 0; i < MOST - 1; i++) {
            pending.add(new Grown(UUID.randomUUID(), 1));
        }
        pending.add(new Grown(ROOM, 1));
        pending.add(new Grown(ROOM, 2));

        assertThat(pending.take()).hasSize(MOST).contains(new Grown(ROOM, 2)).doesNotContain(General.MUCH);
    }

    @Test
    void putsBackWhatIsNotFleetingAndNotOvertaken() {
        pending.add(new Grown(ROOM, 2));

        pending.putBack(
                List.of(new Grown(ROOM, 1), new Grown(OTHER_ROOM, 1), new Typing(ROOM, ALICE, true), General.HERE));

        assertThat(pending.take())
                .containsExactlyInAnyOrder(new Grown(ROOM, 2), new Grown(OTHER_ROOM, 1), General.HERE);
    }
}
