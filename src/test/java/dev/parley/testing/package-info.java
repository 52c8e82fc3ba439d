/** What tests of more than one feature share: the database of a test run, the packaged program as a process. */
@NullMarked
package dev.parley.testing;

import org.jspecify.annotations.NullMarked;
