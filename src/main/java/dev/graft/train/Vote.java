package dev.graft.train;

import dev.graft.torch.Tensor;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What the ranks must do together, though one alone may know of it: end as one was asked to or saw
 * a loss that is not finite, and write a checkpoint when rank 0 says so. In training that goes with
 * the gradients of each step and costs nothing.
 */
final class Vote {
  private final Ranks ranks;
  private final BooleanSupplier stop;
  private final BooleanSupplier checkpointDue;
  private @Nullable RunStopped seen;
  private double[] result = new double[3];

  Vote(Ranks ranks, BooleanSupplier stop, BooleanSupplier checkpointDue) {
    this.ranks = ranks;
    this.stop = stop;
    this.checkpointDue = checkpointDue;
  }

  /** For a process that trains alone, and asks itself. */
  static Vote none() {
    return new Vote(Ranks.single(), () -> false, () -> false);
  }

  /** Notes why this rank would end; alone, it does at once. */
  void end(RunStopped reason) {
    if (ranks.size() == 1) {
      throw reason;
    }
    seen = seen == null ? reason : seen;
  }

  /** Whether this rank has a reason to end that the others do not know yet. */
  boolean isEnding() {
    return seen != null;
  }

  /** Averages the gradients, and tells the others. */
  void castWithGradients(List<Tensor> parameters) {
    result = ranks.averageGradients(parameters, mine());
  }

  /** Tells the others, and ends if one of them wants to. */
  void cast() {
    result = ranks.sum(mine());
    requireGoingOn();
  }

  private double[] mine() {
    boolean asked = !failed() && (seen != null || stop.getAsBoolean());
    return new double[] {
      asked ? 1 : 0, failed() ? 1 : 0, ranks.isFirst() && checkpointDue.getAsBoolean() ? 1 : 0
    };
  }

  private boolean failed() {
    return seen != null && seen.outcome == TrainingResult.Outcome.DIVERGED;
  }

  /** Whether a checkpoint is due, as of the last vote. */
  boolean isCheckpointDue() {
    return result[2] > 0;
  }

  /**
   * Ends the run if a rank wanted that in the last vote.
   *
   * @throws RunStopped the same on all ranks
   */
  void requireGoingOn() {
    if (result[1] > 0) {
      throw RunStopped.diverged(firstReason());
    }
    if (result[0] > 0) {
      throw RunStopped.asked();
    }
  }

  /** The message of the lowest rank that saw a loss that is not finite. */
  private String firstReason() {
    RunStopped mine = seen;
    byte[] text =
        mine == null || !failed() ? new byte[0] : mine.reason.getBytes(StandardCharsets.UTF_8);
    double[] lengths = new double[ranks.size()];
    lengths[ranks.rank()] = text.length;
    lengths = ranks.sum(lengths);
    int first = 0;
    while (lengths[first] == 0) {
      first++;
    }
    double[] codes = new double[(int) lengths[first]];
    for (int i = 0; first == ranks.rank() && i < text.length; i++) {
      codes[i] = text[i];
    }
    codes = ranks.sum(codes);
    byte[] all = new byte[codes.length];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) codes[i];
    }
    return new String(all, StandardCharsets.UTF_8);
  }
}
