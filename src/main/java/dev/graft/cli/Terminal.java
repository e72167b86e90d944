package dev.graft.cli;

import dev.graft.report.Progress;
import dev.graft.report.RunNotes;
import dev.graft.train.TrainingListener;
import java.io.PrintStream;

/** Knows whether a person is watching. */
final class Terminal {
  private Terminal() {}

  /**
   * Tells whether stderr is a terminal. {@code scripts/graft} knows and says so; Java alone does
   * not.
   */
  static boolean isInteractive() {
    return Boolean.getBoolean("graft.tty");
  }

  /** Lines to stdout, notes to stderr, and a progress bar there if a person is watching. */
  static TrainingListener listener(TrainingListener lines, PrintStream err) {
    var notes = new RunNotes(err);
    return isInteractive()
        ? TrainingListener.all(new Progress(err), notes, lines)
        : TrainingListener.all(notes, lines);
  }
}
