package dev.graft.console;

import dev.graft.train.Phase;
import dev.graft.train.PhaseResult;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * Estimates how long a run will take from how long its phases took: what is left of this phase at
 * its present rate, then the rest of the epoch and the epochs to come at the last measured ones.
 */
final class TimeLeft {
  private static final long MINUTE = 60;
  private static final long HOUR = 60 * MINUTE;
  private static final long DAY = 24 * HOUR;

  private final Map<Phase, Double> secondsPerImage = new EnumMap<>(Phase.class);
  private final Map<Phase, Integer> images = new EnumMap<>(Phase.class);
  private int epochs;

  void images(Phase phase, int count) {
    images.put(phase, count);
  }

  void epochs(int count) {
    epochs = count;
  }

  void finished(PhaseResult result) {
    secondsPerImage.put(result.phase(), result.seconds() / result.images());
  }

  /**
   * Estimates the rest.
   *
   * @param epoch under way, from 0
   * @param phase under way
   * @param left images of this phase that are not done
   * @param rate images a second in this phase
   * @return seconds to the end of the run, or of the phase where the run's length is not known;
   *     empty if there is nothing to tell it by
   */
  OptionalDouble seconds(int epoch, Phase phase, int left, double rate) {
    if (!(rate > 0)) {
      return OptionalDouble.empty();
    }
    double seconds = left / rate;
    if (phase == Phase.FEATURES || epochs == 0) {
      return OptionalDouble.of(seconds);
    }
    double validation = whole(Phase.VAL, rate);
    double training = whole(Phase.TRAIN, rate);
    seconds += phase == Phase.TRAIN ? validation : 0;
    return OptionalDouble.of(seconds + Math.max(0, epochs - 1 - epoch) * (training + validation));
  }

  /** A phase that has not been measured yet is taken to be as fast as the one under way. */
  private double whole(Phase phase, double rate) {
    return images.getOrDefault(phase, 0) * secondsPerImage.getOrDefault(phase, 1 / rate);
  }

  /** Formats a duration with its two largest units. */
  static String text(double seconds) {
    long whole = Math.round(seconds);
    if (whole < MINUTE) {
      return whole + "s";
    }
    if (whole < HOUR) {
      return String.format(Locale.ROOT, "%dm %02ds", whole / MINUTE, whole % MINUTE);
    }
    if (whole < DAY) {
      return String.format(Locale.ROOT, "%dh %02dm", whole / HOUR, whole % HOUR / MINUTE);
    }
    return String.format(Locale.ROOT, "%dd %02dh", whole / DAY, whole % DAY / HOUR);
  }
}
