package dev.graft.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What became of a row. */
sealed interface RowResult {
  /** The row. */
  Row row();

  /**
   * It was measured.
   *
   * @param row the row
   * @param subject our side
   * @param peer the other side, if there is one
   * @param agreement how far both compute the same
   * @param interference what else ran
   * @param loadBefore the machine's load average before, NaN where unknown
   * @param loadAfter and after
   */
  record Measured(
      Row row,
      Sample subject,
      @Nullable Sample peer,
      String agreement,
      Interference interference,
      double loadBefore,
      double loadAfter)
      implements RowResult {

    /** The ratio in the target's sense: a cost, or a speedup; null without another side. */
    @Nullable PairedRatio ratio() {
      if (peer == null) {
        return null;
      }
      return row.target().isCost()
          ? PairedRatio.of(subject.seconds(), peer.seconds())
          : PairedRatio.of(peer.seconds(), subject.seconds());
    }

    /** Whether the target is met. */
    boolean met() {
      PairedRatio ratio = ratio();
      double none = Double.NaN;
      return row.target()
          .met(
              new Target.Findings(
                  ratio == null ? new PairedRatio(none, none, none) : ratio,
                  Summary.of(subject.seconds()).median(),
                  memory(),
                  subject.medians()));
    }

    /** Our resident memory over the other side's, the largest of each; NaN where unknown. */
    double memory() {
      long theirs = peer == null ? 0 : peer.largest();
      return theirs == 0 || subject.largest() == 0
          ? Double.NaN
          : (double) subject.largest() / theirs;
    }
  }

  /**
   * It was not measured.
   *
   * @param row the row
   * @param state SKIPPED, REFUSED or FAILED
   * @param reason why
   */
  record NotMeasured(Row row, State state, String reason) implements RowResult {}

  /** Why a row has no numbers. */
  enum State {
    /** A side is missing. */
    SKIPPED,
    /** The sides compute different things. */
    REFUSED,
    /** Something went wrong. */
    FAILED
  }

  /**
   * One side's turns.
   *
   * @param label its name
   * @param seconds of each turn
   * @param resident bytes after each turn; 0 where unknown
   * @param metrics what else each turn measured
   * @param facts versions, thread counts and the like
   */
  record Sample(
      String label,
      List<Double> seconds,
      List<Long> resident,
      List<Map<String, Double>> metrics,
      Map<String, Object> facts) {
    /** Each metric's median over the turns. */
    Map<String, Double> medians() {
      Map<String, Double> medians = new LinkedHashMap<>();
      for (String name : metrics.isEmpty() ? Set.<String>of() : metrics.get(0).keySet()) {
        List<Double> values = metrics.stream().map(turn -> turn.get(name)).toList();
        medians.put(name, Summary.of(values).median());
      }
      return medians;
    }

    /** The most resident memory after any turn. */
    long largest() {
      return resident.stream().mapToLong(Long::longValue).max().orElse(0);
    }
  }
}
