@NullMarked
package dev.parley.task;

import org.jspecify.annotations.NullMarked;
