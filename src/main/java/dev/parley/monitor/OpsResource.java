package dev.parley.monitor;

/** One topic of {@code /ops}. */
interface OpsResource {

    /** Says which paths it serves. Once, before the port is open. */
    void register(Routes routes);
}
