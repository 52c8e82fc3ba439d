package dev.parley.session;

import java.util.UUID;

/** Who a command comes from: the account (with the name it has in its token) and the session. */
public record Caller(UUID account, String name, UUID session) {}
