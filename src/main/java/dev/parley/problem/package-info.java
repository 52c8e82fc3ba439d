/**
 * The error boundary of REST: whatever goes wrong below {@code /api}, the client gets one problem (RFC 9457) with a
 * code of the protocol, and never a stack trace. Knows the protocol's codes only.
 */
@NullMarked
package dev.parley.problem;

import org.jspecify.annotations.NullMarked;
