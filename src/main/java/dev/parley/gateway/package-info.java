/** The sockets: their edge, connections, readers and the frames' way to the features. The only one to know WebSockets. */
@NullMarked
package dev.parley.gateway;

import org.jspecify.annotations.NullMarked;
