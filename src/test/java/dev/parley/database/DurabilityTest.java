package dev.parley.database;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DurabilityTest {
    @Test
    void findsNoFaultWithTheDefaultsOfPostgres() {
        assertThat(new Durability("on", "on", "on", false).faults()).isEmpty();
    }

    @Test
    void acceptsAServerThatWaitsForItsStandbyToo() {
        assertThat(new Durability("on", "on", "remote_apply", false).faults()).isEmpty();
    }

    @Test
    void namesEachSettingThatCanLoseAMessage() {
        assertThat(new Durability("off", "off", "off", true).faults())
                .satisfiesExactly(
                        fault -> assertThat(fault).startsWith("fsync"),
                        fault -> assertThat(fault).startsWith("full_page_writes"),
                        fault -> assertThat(fault).startsWith("synchronous_commit"),
                        fault -> assertThat(fault).contains("read-only"));
    }
}
