/** Spans of a message's way from frame through commit to fan-out, for OpenTelemetry. Knows nothing of what is traced. */
@NullMarked
package dev.parley.trace;

import org.jspecify.annotations.NullMarked;
