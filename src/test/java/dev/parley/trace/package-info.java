@NullMarked
package dev.parley.trace;

import org.jspecify.annotations.NullMarked;
