@NullMarked
package dev.parley.lifecycle;

import org.jspecify.annotations.NullMarked;
