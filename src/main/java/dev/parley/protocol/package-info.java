/** What crosses the wire: frames, error codes, close codes and their JSON. Knows nothing of the rest of Parley. */
@NullMarked
package dev.parley.protocol;

import org.jspecify.annotations.NullMarked;
