/**
 * What a person sees of a run.
 *
 * <ul>
 *   <li>{@link dev.graft.report.ConsoleLines} prints it as the tutorial does, {@link
 *       dev.graft.report.RunNotes} what a person should know besides, {@link
 *       dev.graft.report.JsonLines} all of it for programs
 *   <li>{@link dev.graft.report.Progress} shows how far it is on a terminal's {@link
 *       dev.graft.report.StatusLine}
 *   <li>{@link dev.graft.report.TensorBoardEvents} writes it for TensorBoard
 *   <li>{@link dev.graft.report.ReportFile} keeps {@code report.html} up to date while it is under
 *       way; {@link dev.graft.report.RunReport} writes it anew from the run's folder, with the
 *       {@link dev.graft.report.TrainCommandLine} that repeats the run
 *   <li>{@link dev.graft.report.ComparedRuns} are runs side by side, as a {@link
 *       dev.graft.report.ComparisonText} or a {@link dev.graft.report.ComparisonPage}
 *   <li>{@link dev.graft.report.SideBySide} prints two runs' accuracies in two columns
 *   <li>{@link dev.graft.report.EvaluationReport} is an evaluation, {@link
 *       dev.graft.report.DataReport} a check of the images and {@link dev.graft.report.RateReport}
 *       a search for a learning rate, as text or JSON
 * </ul>
 */
@NullMarked
package dev.graft.report;

import org.jspecify.annotations.NullMarked;
