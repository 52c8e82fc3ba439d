/** What is promised about processes, tested from outside on the packaged program: real signals, real sockets. */
@NullMarked
package dev.parley.process;

import org.jspecify.annotations.NullMarked;
