/**
 * What a person sees of a run in a terminal, and a program in its output.
 *
 * <ul>
 *   <li>{@link dev.graft.console.ConsoleLines} prints it as the tutorial does, {@link
 *       dev.graft.console.RunNotes} what a person should know besides, {@link
 *       dev.graft.console.JsonLines} all of it for programs
 *   <li>{@link dev.graft.console.Progress} shows how far it is on a terminal's {@link
 *       dev.graft.console.StatusLine}
 *   <li>{@link dev.graft.console.SideBySide} prints two runs' accuracies in two columns
 *   <li>{@link dev.graft.console.EvaluationReport} is an evaluation, {@link
 *       dev.graft.console.DataReport} a check of the images and {@link
 *       dev.graft.console.RateReport} a search for a learning rate, as text or JSON
 * </ul>
 */
@NullMarked
package dev.graft.console;

import org.jspecify.annotations.NullMarked;
