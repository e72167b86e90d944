package dev.graft.console;

import dev.graft.train.Phase;
import dev.graft.train.PhaseResult;
import dev.graft.train.TrainingEvent;
import dev.graft.train.TrainingListener;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * A run's progress on a terminal: epoch and phase, a bar, images done, images a second, the mean
 * loss so far, the best validation accuracy and its epoch, and about how long the whole run still
 * takes. It redraws one line at most ten times a second and removes it at the end of each phase. On
 * a narrow terminal the least important parts are left out.
 */
public final class Progress implements TrainingListener {
  private static final int WIDEST_BAR = 24;
  private static final int NARROWEST_BAR = 6;
  private static final long REDRAW_NANOS = 100_000_000L;

  private final StatusLine line;
  private final TimeLeft timeLeft = new TimeLeft();
  private @Nullable PhaseResult best;
  private @Nullable Phase phase;
  private int epoch = -1;
  private int epochs;
  private long startNanos;
  private int startImages;
  private long drawnNanos;

  /**
   * Makes a progress display.
   *
   * @param line where it is drawn
   */
  public Progress(StatusLine line) {
    this.line = line;
  }

  @Override
  public void on(TrainingEvent event) {
    if (event instanceof TrainingEvent.BatchFinished batch) {
      draw(batch, System.nanoTime());
      return;
    }
    line.clear();
    phase = null;
    if (event instanceof TrainingEvent.RunStarted run) {
      timeLeft.images(Phase.TRAIN, run.trainImages());
      timeLeft.images(Phase.VAL, run.valImages());
    } else if (event instanceof TrainingEvent.RunResumed resumed) {
      best = resumed.best();
      resumed.results().forEach(timeLeft::finished);
    } else if (event instanceof TrainingEvent.EpochStarted started) {
      epochs = started.epochs();
      timeLeft.epochs(epochs);
    } else if (event instanceof TrainingEvent.PhaseFinished finished) {
      timeLeft.finished(finished.result());
    } else if (event instanceof TrainingEvent.BestImproved improved) {
      best = improved.validation();
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
      line.clear();
    } else if (now - drawnNanos >= REDRAW_NANOS) {
      double seconds = (now - startNanos) / 1e9;
      line.show(text(batch, seconds > 0 ? (batch.images() - startImages) / seconds : 0));
      drawnNanos = now;
    }
  }

  /** The widest text that fits; {@code rate} is in images a second, 0 if it is not known. */
  String text(TrainingEvent.BatchFinished batch, double rate) {
    String count = " " + batch.images() + "/" + batch.total();
    String speed = rate > 0 ? String.format(Locale.ROOT, "  %.0f img/s", rate) : "";
    String loss =
        batch.phase() == Phase.FEATURES
            ? ""
            : String.format(Locale.ROOT, "  loss %.4f", batch.meanLoss());
    OptionalDouble left =
        timeLeft.seconds(batch.epoch(), batch.phase(), batch.total() - batch.images(), rate);
    String eta = left.isPresent() ? "  eta " + TimeLeft.text(left.getAsDouble()) : "";
    String accuracy =
        best == null ? "" : String.format(Locale.ROOT, "  best %.4f", best.accuracy());
    String where = best == null ? "" : " (epoch " + best.epoch() + ")";
    List<String> tails =
        List.of(
            count + speed + loss + eta + accuracy + where,
            count + speed + loss + eta + accuracy,
            count + loss + eta + accuracy,
            count + loss + eta,
            count + eta,
            count);
    for (String tail : tails) {
      for (String head : heads(batch)) {
        int room = line.width() - head.length() - tail.length() - 1;
        if (room >= NARROWEST_BAR) {
          double done = (double) batch.images() / batch.total();
          return head + " " + line.bar(Math.min(room, WIDEST_BAR), done) + tail;
        }
      }
    }
    return batch.phase().label() + count;
  }

  /** Which pass this is, at length and in short. */
  private List<String> heads(TrainingEvent.BatchFinished batch) {
    String label = batch.phase().label();
    if (epochs == 0 || batch.phase() == Phase.FEATURES) {
      return List.of(label);
    }
    String pass = batch.epoch() + "/" + (epochs - 1) + " " + (label + "  ").substring(0, 5);
    return List.of("epoch " + pass, pass);
  }
}
