package dev.parley.session;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

/** Whose sessions are connected to this node. Thread-safe. */
@ApplicationScoped
public class ConnectedAccounts {
    private final KnownSessions known;

    ConnectedAccounts(KnownSessions known) {
        this.known = known;
    }

    /** Those of the accounts, at this moment. */
    public List<UUID> among(Collection<UUID> accounts) {
        return accounts.stream().filter(known::isHere).toList();
    }
}
