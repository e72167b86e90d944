/**
 * Runs as pages that need nothing but themselves.
 *
 * <ul>
 *   <li>{@link dev.graft.report.ReportFile} keeps {@code report.html} up to date while a run is
 *       under way; {@link dev.graft.report.RunReport} writes it anew from the run's folder, with
 *       the {@link dev.graft.report.TrainCommandLine} that repeats the run
 *   <li>{@link dev.graft.report.ComparedRuns} are runs side by side, as a {@link
 *       dev.graft.report.ComparisonPage} or a {@link dev.graft.report.ComparisonText}
 * </ul>
 */
@NullMarked
package dev.graft.report;

import org.jspecify.annotations.NullMarked;
