/**
 * Every chore that runs beside the requests, timed and named. Nothing else starts background work, but for the time limits
 * of single sockets, which are timers in the gateway, and the end of the embedded database.
 */
@NullMarked
package dev.parley.task;

import org.jspecify.annotations.NullMarked;
