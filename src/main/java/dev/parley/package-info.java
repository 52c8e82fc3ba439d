/** Parley: a chat backend that keeps every message it acknowledged. Each package below is one feature. */
@NullMarked
package dev.parley;

import org.jspecify.annotations.NullMarked;
