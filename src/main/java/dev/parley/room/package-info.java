/** Rooms, their members and roles. */
@NullMarked
package dev.parley.room;

import org.jspecify.annotations.NullMarked;
