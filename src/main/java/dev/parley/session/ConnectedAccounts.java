package dev.parley.session;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;

/** Whose sessions are connected to this node. Thread-safe. */
@ApplicationScoped
public class ConnectedAccounts {
    private final KnownSessions known;

    ConnectedAccounts(KnownSessions known) {
        this.known = known;
    }

    /** Those of this moment; takes as long as there are connections. */
    public Set<UUID> here() {
        var accounts = new HashSet<UUID>();
        known.here().forEach(session -> accounts.add(session.account()));
        return accounts;
    }
}
