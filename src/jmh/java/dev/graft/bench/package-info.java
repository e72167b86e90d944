/** The driver. */
@NullMarked
package dev.graft.bench;

import org.jspecify.annotations.NullMarked;
