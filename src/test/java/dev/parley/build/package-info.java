/** Tests of what stands around the program: the build's own scripts. */
@NullMarked
package dev.parley.build;

import org.jspecify.annotations.NullMarked;
