/** The pool's manners, and the embedded server. */
@NullMarked
package dev.parley.database;

import org.jspecify.annotations.NullMarked;
