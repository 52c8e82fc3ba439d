/** Every chore that runs beside the requests, timed and named. Nothing else starts background work. */
@NullMarked
package dev.parley.task;

import org.jspecify.annotations.NullMarked;
