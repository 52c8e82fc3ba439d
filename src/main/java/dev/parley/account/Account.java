package dev.parley.account;

import java.util.UUID;

/** Somebody who can sign in. The name is shown as it was registered and found without regard to case. */
public record Account(UUID id, String name) {}
