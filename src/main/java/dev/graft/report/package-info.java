/**
 * What a person sees of a run: {@link dev.graft.report.ConsoleLines} as the tutorial prints them,
 * {@link dev.graft.report.Progress} on a terminal, {@link dev.graft.report.RunNotes} on stderr, and
 * as text or JSON an {@link dev.graft.report.EvaluationReport}, a {@link
 * dev.graft.report.DataReport} of checked images and a {@link dev.graft.report.RateReport} of a
 * search for a learning rate.
 */
@NullMarked
package dev.graft.report;

import org.jspecify.annotations.NullMarked;
