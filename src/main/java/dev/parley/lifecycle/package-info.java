/** The life of the process: what is checked and started before the program, the order of a stop. */
@NullMarked
package dev.parley.lifecycle;

import org.jspecify.annotations.NullMarked;
