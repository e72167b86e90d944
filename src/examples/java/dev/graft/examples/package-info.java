/** Programs around graft, to copy from. They are compiled and run by the tests. */
@NullMarked
package dev.graft.examples;

import org.jspecify.annotations.NullMarked;
