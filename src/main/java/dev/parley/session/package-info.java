/** Who is connected, as whom, with which cursors and generation. */
@NullMarked
package dev.parley.session;

import org.jspecify.annotations.NullMarked;
