package dev.graft.torch;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** How the learning rates change over a run: the settings of an {@link LrScheduler}. */
public sealed interface Schedule {
  /**
   * Makes the scheduler.
   *
   * @param optimizer whose rates to change, at its base rates
   * @return the scheduler at epoch 0
   */
  LrScheduler create(Optimizer optimizer);

  /**
   * Lists the settings by the names that the command line gives them.
   *
   * @return an unmodifiable map with {@code schedule} in it
   */
  Map<String, Object> toMap();

  /**
   * {@link StepLr}: times gamma every so many epochs.
   *
   * @param stepSize epochs between falls, at least 1
   * @param gamma the factor, not negative
   */
  record Step(int stepSize, double gamma) implements Schedule {
    /**
     * Checks the ranges.
     *
     * @param stepSize epochs between falls, at least 1
     * @param gamma the factor, not negative
     */
    public Step {
      Ranges.atLeast(1, "step size", stepSize);
      Ranges.notNegative("gamma", gamma);
    }

    @Override
    public LrScheduler create(Optimizer optimizer) {
      return new StepLr(optimizer, stepSize, gamma);
    }

    @Override
    public Map<String, Object> toMap() {
      return map("schedule", "step", "step-size", stepSize, "gamma", gamma);
    }
  }

  /**
   * {@link CosineAnnealingLr}: along half a cosine.
   *
   * @param epochs from the base rate to the lowest, at least 1 ({@code T_max} in PyTorch)
   * @param minLr the lowest rate, not negative ({@code eta_min} in PyTorch)
   */
  record Cosine(int epochs, double minLr) implements Schedule {
    /**
     * Checks the ranges.
     *
     * @param epochs from the base rate to the lowest, at least 1
     * @param minLr the lowest rate, not negative
     */
    public Cosine {
      Ranges.atLeast(1, "number of cosine epochs", epochs);
      Ranges.notNegative("lowest learning rate", minLr);
    }

    @Override
    public LrScheduler create(Optimizer optimizer) {
      return new CosineAnnealingLr(optimizer, epochs, minLr);
    }

    @Override
    public Map<String, Object> toMap() {
      return map("schedule", "cosine", "cosine-epochs", epochs, "min-lr", minLr);
    }
  }

  /**
   * {@link ReduceLrOnPlateau}: times a factor when the validation loss stops falling.
   *
   * @param factor at least 0 and less than 1
   * @param patience epochs without a lower loss that are let pass, not negative
   * @param minLr no rate falls below it; not negative
   */
  record Plateau(double factor, int patience, double minLr) implements Schedule {
    /**
     * Checks the ranges.
     *
     * @param factor at least 0 and less than 1
     * @param patience epochs without a lower loss that are let pass, not negative
     * @param minLr no rate falls below it; not negative
     */
    public Plateau {
      Ranges.fraction("factor", factor);
      Ranges.atLeast(0, "patience", patience);
      Ranges.notNegative("lowest learning rate", minLr);
    }

    @Override
    public LrScheduler create(Optimizer optimizer) {
      return new ReduceLrOnPlateau(optimizer, factor, patience, minLr);
    }

    @Override
    public Map<String, Object> toMap() {
      return map(
          "schedule", "plateau", "gamma", factor, "plateau-patience", patience, "min-lr", minLr);
    }
  }

  /** {@link ConstantLr}: no change. */
  record Constant() implements Schedule {
    @Override
    public LrScheduler create(Optimizer optimizer) {
      return new ConstantLr(optimizer);
    }

    @Override
    public Map<String, Object> toMap() {
      return map("schedule", "constant");
    }
  }

  /**
   * {@link LinearWarmup}: a linear rise before another schedule.
   *
   * @param epochs at least 1
   * @param startFactor the first epoch's rates are this times the base rates; greater than 0, at
   *     most 1
   * @param after what follows; no warm-up
   */
  record Warmup(int epochs, double startFactor, Schedule after) implements Schedule {
    /** The factor in torchvision's reference scripts ({@code --lr-warmup-decay}). */
    public static final double DEFAULT_START_FACTOR = 0.01;

    /**
     * Checks the ranges.
     *
     * @param epochs at least 1
     * @param startFactor the first epoch's rates are this times the base rates; greater than 0, at
     *     most 1
     * @param after what follows; no warm-up
     */
    public Warmup {
      check(epochs, startFactor);
      if (after instanceof Warmup) {
        throw new IllegalArgumentException("A warm-up cannot follow a warm-up.");
      }
    }

    /**
     * A warm-up that starts as torchvision's reference scripts do, at a hundredth.
     *
     * @param epochs at least 1
     * @param after what follows; no warm-up
     */
    public Warmup(int epochs, Schedule after) {
      this(epochs, DEFAULT_START_FACTOR, after);
    }

    static void check(int epochs, double startFactor) {
      Ranges.atLeast(1, "number of warm-up epochs", epochs);
      if (!(startFactor > 0 && startFactor <= 1)) {
        throw new IllegalArgumentException(
            "Invalid warm-up start factor: "
                + startFactor
                + ". It must be greater than 0 and at most 1.");
      }
    }

    @Override
    public LrScheduler create(Optimizer optimizer) {
      LrScheduler follows = after.create(optimizer);
      return new LinearWarmup(optimizer, epochs, startFactor, follows);
    }

    @Override
    public Map<String, Object> toMap() {
      Map<String, Object> map = new LinkedHashMap<>(after.toMap());
      map.put("warmup-epochs", epochs);
      map.put("warmup-factor", startFactor);
      return Collections.unmodifiableMap(map);
    }
  }

  private static Map<String, Object> map(Object... namesAndValues) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      map.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return Collections.unmodifiableMap(map);
  }
}
