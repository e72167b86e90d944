package dev.graft.report;

import dev.graft.torch.IoProblem;
import dev.graft.torch.Printable;
import dev.graft.train.RecordedRun;
import dev.graft.train.TrainingEvent;
import dev.graft.train.TrainingListener;
import dev.graft.train.TrainingResult;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;

/**
 * Writes a run's {@code report.html} when an epoch begins, with all that came before, and with heat
 * maps when the run has ended. A report that cannot be written is a warning: no training is lost
 * for it.
 */
public final class ReportFile implements TrainingListener {
  private final Path folder;
  private final PrintStream err;

  /**
   * Makes a writer.
   *
   * @param folder the run's
   * @param err where warnings go
   */
  public ReportFile(Path folder, PrintStream err) {
    this.folder = folder;
    this.err = err;
  }

  @Override
  public void on(TrainingEvent event) {
    if (event instanceof TrainingEvent.EpochStarted started) {
      String status = "Under way: epoch %d of 0 to %d.";
      write(RunReport.Moment.UNDER_WAY, status.formatted(started.epoch(), started.epochs() - 1));
    } else if (event instanceof TrainingEvent.RunRecorded recorded) {
      write(RunReport.Moment.ENDED, status(recorded.result()));
    }
  }

  private static String status(TrainingResult result) {
    String outcome =
        switch (result.outcome()) {
          case COMPLETED -> "Completed.";
          case EARLY_STOPPED -> "Completed.";
          case INTERRUPTED -> "Interrupted; graft train --resume goes on with it.";
          case DIVERGED -> "Diverged.";
        };
    return result.message().isEmpty() ? outcome : outcome + " " + result.message();
  }

  /** Whatever goes wrong, even in graft's own code, must not end a run that trains well. */
  private void write(RunReport.Moment moment, String status) {
    try {
      new RunReport(RecordedRun.read(folder), moment, status).write();
    } catch (IOException e) {
      warn(IoProblem.of(e) + ".");
    } catch (RuntimeException e) {
      warn(e.getMessage() == null ? e.toString() : e.getMessage());
    }
  }

  private void warn(String why) {
    err.println(
        "Note: report.html is not up to date: "
            + Printable.message(why)
            + " Once that is mended, graft report writes it.");
  }
}
