/** The life of the process: what is checked and started before the program, and stopped after it. */
@NullMarked
package dev.parley.lifecycle;

import org.jspecify.annotations.NullMarked;
