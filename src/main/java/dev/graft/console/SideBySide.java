package dev.graft.console;

import dev.graft.train.Phase;
import dev.graft.train.TrainingEvent;
import dev.graft.train.TrainingListener;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Two runs' validation accuracies, epoch by epoch, in two columns. The first run is listened to in
 * silence; the lines are printed as the second goes on.
 */
public final class SideBySide {
  private final PrintStream out;
  private final String firstName;
  private final String secondName;
  private final List<Double> first = new ArrayList<>();
  private final List<Double> second = new ArrayList<>();

  /**
   * Makes a table without lines.
   *
   * @param out where they go
   * @param firstName heading of the first run
   * @param secondName heading of the second run
   */
  public SideBySide(PrintStream out, String firstName, String secondName) {
    this.out = out;
    this.firstName = firstName;
    this.secondName = secondName;
  }

  /**
   * Listens to the first run.
   *
   * @return notes its accuracies
   */
  public TrainingListener first() {
    return event -> accuracy(event).ifPresent(first::add);
  }

  /**
   * Listens to the second run, after the first.
   *
   * @return prints a line an epoch
   */
  public TrainingListener second() {
    return event ->
        accuracy(event)
            .ifPresent(
                accuracy -> {
                  second.add(accuracy);
                  print(second.size() - 1);
                });
  }

  private static Optional<Double> accuracy(TrainingEvent event) {
    return event instanceof TrainingEvent.PhaseFinished finished
            && finished.result().phase() == Phase.VAL
        ? Optional.of(finished.result().accuracy())
        : Optional.empty();
  }

  private void print(int epoch) {
    if (epoch == 0) {
      out.println("  epoch  " + firstName + "  " + secondName);
    }
    String line = "  %5d  %" + firstName.length() + ".3f  %" + secondName.length() + ".3f%n";
    out.printf(Locale.ROOT, line, epoch + 1, first.get(epoch), second.get(epoch));
    out.flush();
  }

  /**
   * Returns what the first run reached.
   *
   * @return accuracy after its last epoch, 0 to 1
   */
  public double firstAccuracy() {
    return first.get(first.size() - 1);
  }

  /**
   * Returns what the second run reached.
   *
   * @return accuracy after its last epoch, 0 to 1
   */
  public double secondAccuracy() {
    return second.get(second.size() - 1);
  }
}
