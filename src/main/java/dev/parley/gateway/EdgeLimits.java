package dev.parley.gateway;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What a stranger may do to the public port. Each bound is per connection unless it says otherwise. */
@ConfigMapping(prefix = "parley.gateway")
interface EdgeLimits {
    /**
     * Origins (scheme, host and port, exactly) whose pages may open a socket. A page of our own host always may; a client
     * that sends no Origin is not a browser and may too. A browser attaches what it knows of the user to any socket, so
     * an unchecked Origin lets every site speak for its visitors.
     */
    Optional<List<String>> allowedOrigins();

    /** Sockets on this node. Beyond it the upgrade is refused with 503, so that memory stays a known figure. */
    @WithDefault("20000")
    int maxConnections();

    /** Sockets from one address. High, because a household, an office or an unconfigured proxy is one address. */
    @WithDefault("5000")
    int maxConnectionsPerAddress();

    /** What {@code Retry-After} says to a client that was refused for want of room. */
    @WithDefault("5s")
    Duration retryAfter();

    /** From accept, or the first byte of a later request, to a complete request: a slow header holds a socket no longer. */
    @WithDefault("10s")
    Duration handshakeTimeout();

    /** From the first byte of a message to its last: a frame that is begun and never ended holds memory no longer. */
    @WithDefault("10s")
    Duration messageTimeout();

    /** How long a close frame may wait for the socket to take it, and then for the peer to answer it. */
    @WithDefault("5s")
    Duration closeTimeout();

    /** How long the rest of what the peer sends is thrown away after our last byte; a reset would destroy our close. */
    @WithDefault("1s")
    Duration lingerTimeout();

    /** The largest frame; 1009 from its header on, before a byte of it is stored. */
    @WithDefault("64K")
    MemorySize maxFrameSize();

    /** The largest message, however many fragments it comes in. */
    @WithDefault("64K")
    MemorySize maxMessageSize();

    /** Messages handed up and not yet served. At the limit the socket is no longer read, at half of it again. */
    @WithDefault("64")
    int inFlightCommands();

    /** Outbound bytes at which {@link Wire#writable()} turns false. */
    @WithDefault("64K")
    MemorySize writeHighWater();

    /** Outbound bytes at which it turns true again; apart from the high mark, so that it does not flutter. */
    @WithDefault("32K")
    MemorySize writeLowWater();

    /**
     * Outbound bytes at which the peer is no longer listened to, until it has read: answers are not pulled, so only this
     * bounds them. Well above the high mark and a page, so that who merely reads slowly is heard.
     */
    @WithDefault("256K")
    MemorySize maxUnread();

    /** Pings per second; no client has a reason for more, and each costs an answer. */
    @WithDefault("50")
    int pingsPerSecond();

    /** Pongs per second; unsolicited ones are legal, a stream of them is not meant well. */
    @WithDefault("100")
    int pongsPerSecond();

    /** Empty frames and fragments per second: the dearest way to send nothing. */
    @WithDefault("200")
    int fragmentsPerSecond();
}
