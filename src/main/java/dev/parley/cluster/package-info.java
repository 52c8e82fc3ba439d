/** The nodes that share a database. */
@NullMarked
package dev.parley.cluster;

import org.jspecify.annotations.NullMarked;
