/** What members say: sending it and looking it up. */
@NullMarked
package dev.parley.message;

import org.jspecify.annotations.NullMarked;
