@NullMarked
package dev.parley.monitor;

import org.jspecify.annotations.NullMarked;
