/** The ordered, durable log of every room: lanes that append to it, and reading from it. Knows no socket. */
@NullMarked
package dev.parley.log;

import org.jspecify.annotations.NullMarked;
