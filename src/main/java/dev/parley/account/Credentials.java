package dev.parley.account;

import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What somebody signs up or in with, as it came. It never shows the password in a log. */
@Schema(
        name = "Credentials",
        requiredProperties = {"name", "password"})
record Credentials(
        @Schema(description = "1 to 64 characters, unique without regard to case", examples = "alice") @Nullable
        String name,

        @Schema(description = "8 to 72 bytes of UTF-8", format = "password") @Nullable
        String password) {
    @Override
    public String toString() {
        return "Credentials[***]";
    }
}
