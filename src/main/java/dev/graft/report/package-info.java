/**
 * What a person sees of a run: {@link dev.graft.report.ConsoleLines} as the tutorial prints them,
 * {@link dev.graft.report.Progress} on a terminal, {@link dev.graft.report.RunNotes} on stderr, and
 * an {@link dev.graft.report.EvaluationReport} as text or JSON.
 *
 * <p>A {@link dev.graft.report.ReportFile} keeps {@code report.html} up to date while a run is
 * under way, a {@link dev.graft.report.RunReport} writes it anew from the run's folder, with the
 * {@link dev.graft.report.TrainCommandLine} that repeats the run. {@link
 * dev.graft.report.ComparedRuns} are runs side by side, as a {@link
 * dev.graft.report.ComparisonText} or a {@link dev.graft.report.ComparisonPage}.
 */
@NullMarked
package dev.graft.report;

import org.jspecify.annotations.NullMarked;
