package dev.graft.report;

import dev.graft.train.Phase;
import dev.graft.train.TrainingEvent;
import dev.graft.train.TrainingListener;
import java.io.PrintStream;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A progress bar for each phase on a terminal: images done, images a second, time left. It redraws
 * one line at most ten times a second and clears it when the phase ends.
 */
public final class Progress implements TrainingListener {
  private static final int WIDTH = 24;
  private static final long REDRAW_NANOS = 100_000_000L;
  private static final String CLEAR = "\r\u001b[K";

  private final PrintStream terminal;
  private @Nullable Phase phase;
  private int epoch = -1;
  private long startNanos;
  private int startImages;
  private long drawnNanos;

  /**
   * Makes a bar.
   *
   * @param terminal understands ANSI's "clear to the end of the line"
   */
  public Progress(PrintStream terminal) {
    this.terminal = terminal;
  }

  @Override
  public void on(TrainingEvent event) {
    if (event instanceof TrainingEvent.BatchFinished batch) {
      draw(batch, System.nanoTime());
    } else {
      terminal.print(CLEAR);
      terminal.flush();
      phase = null;
    }
  }

  private void draw(TrainingEvent.BatchFinished batch, long now) {
    if (batch.phase() != phase || batch.epoch() != epoch) {
      phase = batch.phase();
      epoch = batch.epoch();
      // The first batch's own time is unknown; the rate counts from its end.
      startNanos = now;
      startImages = batch.images();
      drawnNanos = now - REDRAW_NANOS;
    }
    if (batch.images() == batch.total()) {
      terminal.print(CLEAR);
    } else if (now - drawnNanos >= REDRAW_NANOS) {
      terminal.print(CLEAR + line(batch, startImages, (now - startNanos) / 1e9));
      drawnNanos = now;
    }
    terminal.flush();
  }

  static String line(TrainingEvent.BatchFinished batch, int before, double seconds) {
    int filled = (int) ((long) WIDTH * batch.images() / batch.total());
    String bar = "#".repeat(filled) + ".".repeat(WIDTH - filled);
    double rate = seconds > 0 ? (batch.images() - before) / seconds : 0;
    String eta =
        rate > 0
            ? String.format(
                Locale.ROOT,
                " %.0f img/s, %.0f s left",
                rate,
                (batch.total() - batch.images()) / rate)
            : "";
    String loss =
        batch.phase() == Phase.FEATURES
            ? ""
            : String.format(Locale.ROOT, " loss %.4f", batch.meanLoss());
    return String.format(
        Locale.ROOT,
        "%-8s [%s] %d/%d%s%s",
        batch.phase().label(),
        bar,
        batch.images(),
        batch.total(),
        loss,
        eta);
  }
}
