package dev.parley.account;

import java.util.Optional;

/**
 * Where accounts are kept. Called on threads that may wait, and waits a bounded time: then, or when the store is away,
 * a {@link dev.parley.problem.Refused} with {@code unavailable}.
 */
interface AccountStore {
    /** Adds the account unless its name's key is taken; true if it was added, by commit. */
    boolean add(Account account, String nameKey, String passwordHash);

    /** The account of that name with the hash of its password. */
    Optional<Stored> find(String nameKey);

    /** An account with what proves it. */
    record Stored(Account account, String passwordHash) {
        @Override
        public String toString() {
            return "Stored[" + account.id() + "]";
        }
    }
}
