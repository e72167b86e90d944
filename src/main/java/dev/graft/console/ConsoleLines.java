package dev.graft.console;

import dev.graft.train.Evaluation;
import dev.graft.train.Phase;
import dev.graft.train.PhaseResult;
import dev.graft.train.TrainingEvent;
import dev.graft.train.TrainingListener;
import dev.graft.train.TrainingResult;
import java.io.PrintStream;
import java.util.Locale;

/** Prints a run as PyTorch's transfer-learning tutorial does, line by line. */
public final class ConsoleLines implements TrainingListener {
  private final PrintStream out;

  /**
   * Makes a printer.
   *
   * @param out where the lines go
   */
  public ConsoleLines(PrintStream out) {
    this.out = out;
  }

  @Override
  public void on(TrainingEvent event) {
    if (event instanceof TrainingEvent.EpochStarted started) {
      out.printf(Locale.ROOT, "Epoch %d/%d%n", started.epoch(), started.epochs() - 1);
      out.println("----------");
    } else if (event instanceof TrainingEvent.PhaseFinished finished) {
      print(finished.result());
    } else if (event instanceof TrainingEvent.RunFinished finished) {
      print(finished.result());
    } else if (event instanceof TrainingEvent.TestEvaluated tested) {
      Evaluation test = tested.evaluation();
      out.printf(Locale.ROOT, "Test Loss: %.4f Acc: %.6f%n", test.loss(), test.accuracy());
      out.flush();
    }
  }

  private void print(PhaseResult result) {
    out.printf(
        Locale.ROOT,
        "%s Loss: %.4f Acc: %.4f%n",
        result.phase().label(),
        result.loss(),
        result.accuracy());
    if (result.phase() == Phase.VAL) {
      out.println();
    }
    out.flush();
  }

  private void print(TrainingResult result) {
    long seconds = (long) result.seconds();
    out.printf(
        Locale.ROOT,
        "Training %s %dm %ds%n",
        result.outcome().isFinal() ? "complete in" : "stopped after",
        seconds / 60,
        seconds % 60);
    if (result.hasBest()) {
      out.printf(Locale.ROOT, "Best val Acc: %.6f%n", result.bestAccuracy());
    }
    out.flush();
  }
}
