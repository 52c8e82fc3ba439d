/** The one bus inside the process, and the memory of what went over it. Knows nothing of what the events are about. */
@NullMarked
package dev.parley.event;

import org.jspecify.annotations.NullMarked;
