package dev.parley.gateway;

import org.jspecify.annotations.Nullable;

/** What is kept of an upgrade request. Prints no token. */
record Upgrade(String remoteAddress, @Nullable String token) {
    @Override
    public String toString() {
        return "Upgrade[" + remoteAddress + (token == null ? "]" : ", with token]");
    }
}
