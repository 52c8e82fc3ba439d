/**
 * Live views for operators, and what they may do, on the management port: {@code /ops}. Knows what features show of
 * themselves; nothing knows it.
 */
@NullMarked
package dev.parley.monitor;

import org.jspecify.annotations.NullMarked;
