package dev.graft.cli;

import dev.graft.console.ConsoleLines;
import dev.graft.console.JsonLines;
import dev.graft.console.RunNotes;
import dev.graft.train.TrainingEvent;
import dev.graft.train.TrainingListener;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** How much a training run says, and to whom. */
final class OutputOptions {
  @Option(names = "--plain", description = "Show no progress bar, on a terminal neither.")
  private boolean plain;

  @Option(names = "--quiet", description = "Print nothing but warnings and errors.")
  private boolean quiet;

  @Option(
      names = "--json",
      description = "Print each event as a line of JSON; of the rest, only warnings and errors.")
  private boolean json;

  /** Checks that there is one manner at most. */
  void check() {
    if (Stream.of(plain, quiet, json).filter(given -> given).count() > 1) {
      throw new IllegalArgumentException("Pass one of --plain, --quiet and --json.");
    }
  }

  /** Results to stdout, notes to stderr, and a progress bar there if a person is watching. */
  TrainingListener listener() {
    var notes = new RunNotes(System.err);
    TrainingListener warnings =
        event -> {
          if (warns(event)) {
            notes.on(event);
          }
        };
    if (quiet) {
      return warnings;
    }
    if (json) {
      return TrainingListener.all(warnings, new JsonLines(System.out));
    }
    TrainingListener lines = TrainingListener.all(notes, new ConsoleLines(System.out));
    return plain ? lines : Terminal.withProgress(lines);
  }

  /** What a rank shows that is not the first: the warnings that concern it. */
  static TrainingListener warnings() {
    var notes = new RunNotes(System.err);
    return event -> {
      if (event instanceof TrainingEvent.Warning) {
        notes.on(event);
      }
    };
  }

  private static boolean warns(TrainingEvent event) {
    return event instanceof TrainingEvent.Warning
        || event instanceof TrainingEvent.ImagesSkipped
        || event instanceof TrainingEvent.DataChecked
        || (event instanceof TrainingEvent.ImagesKept kept && kept.problem() != null)
        || (event instanceof TrainingEvent.RunResumed resumed && !resumed.problems().isEmpty());
  }

  /** Tells a person how it went, who did not ask for less. */
  void say(String message) {
    if (!quiet && !json) {
      System.err.println(message);
    }
  }
}
