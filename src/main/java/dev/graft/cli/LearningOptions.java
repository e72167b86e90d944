package dev.graft.cli;

import dev.graft.torch.AdamWConfig;
import dev.graft.torch.OptimizerConfig;
import dev.graft.torch.Schedule;
import dev.graft.torch.SgdConfig;
import dev.graft.train.Objective;
import dev.graft.train.TrainingConfig;
import dev.graft.train.Update;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Option;

/** Options of {@code graft train} about how it learns. */
final class LearningOptions {
  /** Which optimiser. */
  enum OptimizerKind {
    SGD,
    ADAMW
  }

  /** Which schedule. */
  enum ScheduleKind {
    STEP,
    COSINE,
    PLATEAU,
    CONSTANT
  }

  @Option(names = "--epochs", description = "Passes over the training images.")
  private int epochs = 25;

  @Option(names = "--optimizer", description = "sgd or adamw.")
  private OptimizerKind optimizer = OptimizerKind.SGD;

  @Option(names = "--lr", description = "Learning rate.")
  private double lr = 0.001;

  @Option(
      names = "--backbone-lr",
      paramLabel = "LR",
      showDefaultValue = Visibility.NEVER,
      description = "Learning rate of all but the head; --lr if not given.")
  private @Nullable Double backboneLr;

  @Option(
      names = "--momentum",
      showDefaultValue = Visibility.NEVER,
      description = "SGD's momentum; 0.9 if not given.")
  private @Nullable Double momentum;

  @Option(
      names = "--dampening",
      showDefaultValue = Visibility.NEVER,
      description = "SGD's dampening of the momentum; 0 if not given.")
  private @Nullable Double dampening;

  @Option(names = "--nesterov", description = "Use SGD's Nesterov momentum.")
  private boolean nesterov;

  @Option(
      names = "--weight-decay",
      showDefaultValue = Visibility.NEVER,
      description = "SGD's L2 penalty, 0 if not given; AdamW's decay, 0.01 if not given.")
  private @Nullable Double weightDecay;

  @Option(
      names = "--schedule",
      description = {
        "step: times --gamma every --step-size epochs; cosine: down to --min-lr at the end;",
        "plateau: times --gamma when the validation loss does not fall; constant."
      })
  private ScheduleKind schedule = ScheduleKind.STEP;

  @Option(
      names = "--step-size",
      paramLabel = "EPOCHS",
      showDefaultValue = Visibility.NEVER,
      description = "Epochs between step's falls of the learning rate; 7 if not given.")
  private @Nullable Integer stepSize;

  @Option(
      names = "--gamma",
      showDefaultValue = Visibility.NEVER,
      description = "Factor of each fall of step and plateau; 0.1 if not given.")
  private @Nullable Double gamma;

  @Option(
      names = "--min-lr",
      showDefaultValue = Visibility.NEVER,
      description = "Lowest rate of cosine and plateau; 0 if not given.")
  private @Nullable Double minLr;

  @Option(
      names = "--plateau-patience",
      paramLabel = "EPOCHS",
      showDefaultValue = Visibility.NEVER,
      description = "Epochs that plateau waits for a lower validation loss; 10 if not given.")
  private @Nullable Integer plateauPatience;

  @Option(
      names = "--warmup-epochs",
      paramLabel = "EPOCHS",
      description = "Epochs in which the rate rises from a hundredth; the schedule follows.")
  private int warmupEpochs;

  @Option(
      names = "--accumulate",
      paramLabel = "BATCHES",
      description = "Batches whose mean gradient makes one step.")
  private int accumulate = 1;

  @Option(
      names = "--clip-grad-norm",
      paramLabel = "NORM",
      showDefaultValue = Visibility.NEVER,
      description = "Scale longer gradients down to this norm.")
  private @Nullable Double clipGradNorm;

  @Option(
      names = "--ema-decay",
      paramLabel = "DECAY",
      showDefaultValue = Visibility.NEVER,
      description = "Validate and save a moving average of the weights, such as 0.99.")
  private @Nullable Double emaDecay;

  @Option(names = "--label-smoothing", description = "Share of each label given to all classes.")
  private double labelSmoothing;

  @Option(
      names = "--class-weights",
      paramLabel = "none|balanced|W,W…",
      description = {
        "How much each class's images count: balanced makes small classes count as much as large",
        "ones; or a number for each class, in the order of their names."
      })
  private String classWeights = "none";

  @Option(
      names = "--mixup",
      paramLabel = "ALPHA",
      description = "Mix pairs of training images, such as 0.2; 0 for none.")
  private double mixup;

  @Option(
      names = "--cutmix",
      paramLabel = "ALPHA",
      description = "Paste parts of training images into others, such as 1; 0 for none.")
  private double cutmix;

  @Option(
      names = "--patience",
      paramLabel = "EPOCHS",
      showDefaultValue = Visibility.NEVER,
      description = "Stop after so many epochs without a better validation accuracy.")
  private @Nullable Integer patience;

  boolean balanced() {
    return classWeights.equals("balanced");
  }

  TrainingConfig config(ModelOptions model, long seed) {
    return TrainingConfig.defaults()
        .withEpochs(epochs)
        .withOptimizer(optimizer())
        .withBackboneLr(backboneLr)
        .withSchedule(schedule())
        .withObjective(new Objective(labelSmoothing, weights(), mixup, cutmix))
        .withUpdate(new Update(accumulate, clipGradNorm, emaDecay))
        .withUnfreezeAt(model.unfreezeAt())
        .withPatience(patience)
        .withSeed(seed)
        .withDevice(model.device())
        .withPrecision(model.precision());
  }

  private OptimizerConfig optimizer() {
    if (optimizer == OptimizerKind.ADAMW) {
      if (momentum != null || dampening != null || nesterov) {
        throw new IllegalArgumentException(
            "--momentum, --dampening and --nesterov are SGD's; adamw has none of them.");
      }
      var adamw = AdamWConfig.of(lr);
      return weightDecay == null ? adamw : adamw.withWeightDecay(weightDecay);
    }
    return new SgdConfig(
        lr, orElse(momentum, 0.9), orElse(dampening, 0), orElse(weightDecay, 0), nesterov);
  }

  private static double orElse(@Nullable Double value, double other) {
    return value == null ? other : value;
  }

  private Schedule schedule() {
    if (warmupEpochs < 0 || warmupEpochs >= epochs) {
      throw new IllegalArgumentException(
          "--warmup-epochs is "
              + warmupEpochs
              + "; it must be less than --epochs, "
              + epochs
              + ".");
    }
    requireUsed("--step-size", stepSize, ScheduleKind.STEP);
    requireUsed("--gamma", gamma, ScheduleKind.STEP, ScheduleKind.PLATEAU);
    requireUsed("--min-lr", minLr, ScheduleKind.COSINE, ScheduleKind.PLATEAU);
    requireUsed("--plateau-patience", plateauPatience, ScheduleKind.PLATEAU);
    double factor = orElse(gamma, 0.1);
    double lowest = orElse(minLr, 0);
    Schedule after =
        switch (schedule) {
          case STEP -> new Schedule.Step(stepSize == null ? 7 : stepSize, factor);
          case COSINE -> new Schedule.Cosine(epochs - warmupEpochs, lowest);
          case PLATEAU ->
              new Schedule.Plateau(factor, plateauPatience == null ? 10 : plateauPatience, lowest);
          case CONSTANT -> new Schedule.Constant();
        };
    return warmupEpochs == 0 ? after : new Schedule.Warmup(warmupEpochs, after);
  }

  private void requireUsed(String option, @Nullable Object value, ScheduleKind... by) {
    if (value != null && !Arrays.asList(by).contains(schedule)) {
      throw new IllegalArgumentException(
          option
              + " says nothing to --schedule "
              + schedule.name().toLowerCase(Locale.ROOT)
              + ". Leave it out, or choose "
              + Arrays.stream(by)
                  .map(kind -> kind.name().toLowerCase(Locale.ROOT))
                  .collect(Collectors.joining(" or "))
              + ".");
    }
  }

  private List<Double> weights() {
    return classWeights.equals("none") || balanced()
        ? List.of()
        : Arrays.stream(Numbers.list(classWeights)).boxed().toList();
  }
}
