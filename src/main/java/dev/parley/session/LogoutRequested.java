package dev.parley.session;

import io.vertx.core.Promise;

/** A client ends its session. The answer fails if the database did not forget the session in time; it is ended here all the same, and forgotten there as soon as the database answers. */
public record LogoutRequested(Session session, Promise<Void> answer) {}
