package dev.graft.train;

import dev.graft.torch.AdamWConfig;
import dev.graft.torch.Device;
import dev.graft.torch.OptimizerConfig;
import dev.graft.torch.Precision;
import dev.graft.torch.Schedule;
import dev.graft.torch.SgdConfig;
import org.jspecify.annotations.Nullable;

/**
 * The settings of the loop. {@link #defaults()} are the tutorial's; each {@code with…} changes one.
 *
 * @param epochs at least 1
 * @param optimizer which optimiser, and its settings; its rate is the head's
 * @param backboneLr the rate of all other parameters, not negative; null for the head's
 * @param schedule how the rates change over the epochs
 * @param objective what is minimised
 * @param update how gradients become steps
 * @param unfreezeAt the epoch from which everything is trained; null for never
 * @param patience ends the run after this many epochs without a better validation accuracy, at
 *     least 1; null for never
 * @param seed decides what is drawn in a step: dropout, mixup; the loaders have their own
 * @param device where the model is
 * @param precision what forward and backward compute in; the weights are float32 in any case
 */
public record TrainingConfig(
    int epochs,
    OptimizerConfig optimizer,
    @Nullable Double backboneLr,
    Schedule schedule,
    Objective objective,
    Update update,
    @Nullable Integer unfreezeAt,
    @Nullable Integer patience,
    long seed,
    Device device,
    Precision precision) {

  /**
   * Checks the ranges.
   *
   * @param epochs at least 1
   * @param optimizer which optimiser, and its settings; its rate is the head's
   * @param backboneLr the rate of all other parameters, not negative; null for the head's
   * @param schedule how the rates change over the epochs
   * @param objective what is minimised
   * @param update how gradients become steps
   * @param unfreezeAt the epoch from which everything is trained; null for never
   * @param patience ends the run after this many epochs without a better validation accuracy, at
   *     least 1; null for never
   * @param seed decides what is drawn in a step: dropout, mixup; the loaders have their own
   * @param device where the model is
   * @param precision what forward and backward compute in
   */
  public TrainingConfig {
    if (epochs < 1) {
      throw new IllegalArgumentException("epochs is " + epochs + "; it must be at least 1.");
    }
    if (backboneLr != null && !(backboneLr >= 0 && backboneLr <= Double.MAX_VALUE)) {
      throw new IllegalArgumentException(
          "backbone-lr is " + backboneLr + "; it must be a number that is not negative.");
    }
    if (unfreezeAt != null && (unfreezeAt < 1 || unfreezeAt >= epochs)) {
      throw new IllegalArgumentException(
          "unfreeze-at is " + unfreezeAt + "; it must be an epoch from 1 to " + (epochs - 1) + ".");
    }
    if (patience != null && patience < 1) {
      throw new IllegalArgumentException("patience is " + patience + "; it must be at least 1.");
    }
  }

  /**
   * The settings of PyTorch's transfer-learning tutorial.
   *
   * @return 25 epochs, SGD with rate 0.001 and momentum 0.9, times 0.1 every 7 epochs, plain
   *     cross-entropy, on the CPU
   */
  public static TrainingConfig defaults() {
    return new TrainingConfig(
        25,
        SgdConfig.of(0.001).withMomentum(0.9),
        null,
        new Schedule.Step(7, 0.1),
        Objective.crossEntropy(),
        Update.everyBatch(),
        null,
        null,
        0,
        Device.CPU,
        Precision.FP32);
  }

  /**
   * Changes the number of epochs.
   *
   * @param value at least 1
   * @return a copy
   */
  public TrainingConfig withEpochs(int value) {
    return new TrainingConfig(
        value,
        optimizer,
        backboneLr,
        schedule,
        objective,
        update,
        unfreezeAt,
        patience,
        seed,
        device,
        precision);
  }

  /**
   * Changes the optimiser.
   *
   * @param value {@link SgdConfig} or {@link AdamWConfig}
   * @return a copy
   */
  public TrainingConfig withOptimizer(OptimizerConfig value) {
    return new TrainingConfig(
        epochs,
        value,
        backboneLr,
        schedule,
        objective,
        update,
        unfreezeAt,
        patience,
        seed,
        device,
        precision);
  }

  /**
   * Gives all parameters but the head's a rate of their own (discriminative fine-tuning: Howard and
   * Ruder 2018, <a href="https://arxiv.org/abs/1801.06146">Universal Language Model
   * Fine-tuning</a>, section 3.2).
   *
   * @param value not negative, or null for the head's rate
   * @return a copy
   */
  public TrainingConfig withBackboneLr(@Nullable Double value) {
    return new TrainingConfig(
        epochs,
        optimizer,
        value,
        schedule,
        objective,
        update,
        unfreezeAt,
        patience,
        seed,
        device,
        precision);
  }

  /**
   * Changes the schedule.
   *
   * @param value how the rates change over the epochs
   * @return a copy
   */
  public TrainingConfig withSchedule(Schedule value) {
    return new TrainingConfig(
        epochs,
        optimizer,
        backboneLr,
        value,
        objective,
        update,
        unfreezeAt,
        patience,
        seed,
        device,
        precision);
  }

  /**
   * Changes the objective.
   *
   * @param value what is minimised
   * @return a copy
   */
  public TrainingConfig withObjective(Objective value) {
    return new TrainingConfig(
        epochs,
        optimizer,
        backboneLr,
        schedule,
        value,
        update,
        unfreezeAt,
        patience,
        seed,
        device,
        precision);
  }

  /**
   * Changes how gradients become steps.
   *
   * @param value clipping, accumulation, averaging
   * @return a copy
   */
  public TrainingConfig withUpdate(Update value) {
    return new TrainingConfig(
        epochs,
        optimizer,
        backboneLr,
        schedule,
        objective,
        value,
        unfreezeAt,
        patience,
        seed,
        device,
        precision);
  }

  /**
   * Trains everything from an epoch on.
   *
   * @param value the epoch, from 1, or null for never
   * @return a copy
   */
  public TrainingConfig withUnfreezeAt(@Nullable Integer value) {
    return new TrainingConfig(
        epochs,
        optimizer,
        backboneLr,
        schedule,
        objective,
        update,
        value,
        patience,
        seed,
        device,
        precision);
  }

  /**
   * Ends a run early.
   *
   * @param value epochs without a better validation accuracy, at least 1, or null for never
   * @return a copy
   */
  public TrainingConfig withPatience(@Nullable Integer value) {
    return new TrainingConfig(
        epochs,
        optimizer,
        backboneLr,
        schedule,
        objective,
        update,
        unfreezeAt,
        value,
        seed,
        device,
        precision);
  }

  /**
   * Changes the seed.
   *
   * @param value any number
   * @return a copy
   */
  public TrainingConfig withSeed(long value) {
    return new TrainingConfig(
        epochs,
        optimizer,
        backboneLr,
        schedule,
        objective,
        update,
        unfreezeAt,
        patience,
        value,
        device,
        precision);
  }

  /**
   * Changes the device.
   *
   * @param value where the model is
   * @return a copy
   */
  public TrainingConfig withDevice(Device value) {
    return new TrainingConfig(
        epochs,
        optimizer,
        backboneLr,
        schedule,
        objective,
        update,
        unfreezeAt,
        patience,
        seed,
        value,
        precision);
  }

  /**
   * Changes the precision.
   *
   * @param value what forward and backward compute in
   * @return a copy
   */
  public TrainingConfig withPrecision(Precision value) {
    return new TrainingConfig(
        epochs,
        optimizer,
        backboneLr,
        schedule,
        objective,
        update,
        unfreezeAt,
        patience,
        seed,
        device,
        value);
  }
}
