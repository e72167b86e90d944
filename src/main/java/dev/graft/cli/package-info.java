/**
 * The {@code graft} command: {@link dev.graft.cli.Main} and one class a subcommand. Options, exit
 * codes and signals; what the commands do is in the library.
 */
@NullMarked
package dev.graft.cli;

import org.jspecify.annotations.NullMarked;
