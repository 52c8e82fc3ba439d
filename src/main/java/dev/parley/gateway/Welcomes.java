package dev.parley.gateway;

import dev.parley.cluster.Node;
import dev.parley.message.MessageConfig;
import dev.parley.protocol.Rules;
import dev.parley.protocol.ServerFrame;
import dev.parley.session.Attachment;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Tells a client that was let in who we are and what our limits are. */
@ApplicationScoped
class Welcomes {
    private final ConnectionConfig config;
    private final ServerFrame.Limits limits;
    private final ServerFrame.Server server;

    Welcomes(ConnectionConfig config, EdgeLimits edge, MessageConfig messages, Node node) {
        this.config = config;
        this.limits = new ServerFrame.Limits(
                edge.maxMessageSize().asLongValue(), messages.bodyBytes(), Rules.MAX_PAGE, config.openRooms());
        this.server = new ServerFrame.Server(node.version(), node.id());
    }

    /** @param heads of the rooms that are open again */
    ServerFrame.Welcome welcome(@Nullable String re, Attachment.Attached attachment, Map<UUID, Long> heads) {
        return new ServerFrame.Welcome(
                re,
                attachment.session().id(),
                attachment.secret(),
                attachment.generation(),
                attachment.resumed(),
                config.pingInterval().toMillis(),
                limits,
                server,
                heads);
    }
}
