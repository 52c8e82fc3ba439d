/**
 * Accounts: who exists, how they prove it, and the tokens they get for it. Knows the protocol's codes and the REST
 * error boundary, nothing of sockets, rooms or sessions. Others depend on {@link dev.parley.account.TokenVerifier}.
 */
@NullMarked
package dev.parley.account;

import org.jspecify.annotations.NullMarked;
