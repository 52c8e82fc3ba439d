/**
 * The database's manners: where it is, the embedded server, the pool's sizes and limits, what it must promise, whether it
 * can be reached. Knows nothing of what is stored.
 */
@NullMarked
package dev.parley.database;

import org.jspecify.annotations.NullMarked;
