/** Who is online, and who is typing. */
@NullMarked
package dev.parley.presence;

import org.jspecify.annotations.NullMarked;
