/**
 * What a person sees of a run: {@link dev.graft.report.ConsoleLines} as the tutorial prints them,
 * {@link dev.graft.report.Progress} on a terminal, {@link dev.graft.report.RunNotes} on stderr, two
 * runs {@link dev.graft.report.SideBySide}, and an {@link dev.graft.report.EvaluationReport} as
 * text or JSON.
 */
@NullMarked
package dev.graft.report;

import org.jspecify.annotations.NullMarked;
