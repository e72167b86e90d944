package dev.graft.cli;

import dev.graft.distributed.C10dRanks;
import dev.graft.distributed.LocalRanks;
import dev.graft.distributed.RankEnvironment;
import dev.graft.model.Pretrained;
import dev.graft.report.ReportFile;
import dev.graft.tensorboard.TensorBoardEvents;
import dev.graft.torch.Printable;
import dev.graft.train.Ranks;
import dev.graft.train.RunConfig;
import dev.graft.train.RunConfig.CheckpointConfig;
import dev.graft.train.RunConfig.Existing;
import dev.graft.train.TrainingListener;
import dev.graft.train.TrainingResult;
import dev.graft.train.TrainingRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code graft train}. */
@Command(
    name = "train",
    description = {
      "Trains a classifier on a folder of images, starting from pretrained weights.",
      "",
      "The images lie in train/ and val/, each with one folder for each class:",
      "  DIR/train/ants/1.jpg  DIR/train/bees/2.jpg  DIR/val/ants/3.jpg  …"
    },
    footer = {
      "",
      "Writes OUT/model.pt (the best epoch), OUT/report.html, OUT/metrics.jsonl and OUT/config.json,",
      "and event files for TensorBoard (tensorboard --logdir OUT).",
      "Ctrl-C stops after the current step and saves the best epoch so far; the same command with",
      "--resume goes on, bit for bit as if it had never been stopped, after a crash too.",
      "",
      "Example: graft train --data hymenoptera_data --weights resnet18 --out run"
    },
    sortOptions = false,
    showDefaultValues = true,
    mixinStandardHelpOptions = true)
final class TrainCommand implements Callable<Integer> {
  private static final int MAX_CHECKPOINT_MINUTES = 1_000_000;

  private final BooleanSupplier stop;

  @Mixin private final DataOptions data = new DataOptions();
  @Mixin private final ModelOptions model = new ModelOptions();
  @Mixin private final LearningOptions learning = new LearningOptions();
  @Mixin private final RankOptions ranks = new RankOptions();
  @Mixin private final OutputOptions output = new OutputOptions();
  @Spec private CommandSpec spec;

  @Option(
      names = "--out",
      paramLabel = "OUT",
      required = true,
      description = "Folder for the results.")
  private Path out;

  @Option(names = "--seed", description = "Decides the new head, the order and the augmentation.")
  private long seed;

  @Option(
      names = "--checkpoints",
      paramLabel = "N",
      description = "Keep the last N states of the run, so that it can be resumed; 0 for none.")
  private int checkpoints = CheckpointConfig.defaults().keep();

  @Option(
      names = "--checkpoint-minutes",
      paramLabel = "N",
      description = "Write one within an epoch after so long; one is written after each epoch too.")
  private double checkpointMinutes = CheckpointConfig.defaults().every().toMinutes();

  @Option(
      names = "--resume",
      description =
          "Go on with the run in OUT, given with the same options; begin if there is none.")
  private boolean resume;

  @Option(names = "--overwrite", description = "Replace a run that is in OUT already.")
  private boolean overwrite;

  TrainCommand(BooleanSupplier stop) {
    this.stop = stop;
  }

  @Override
  public Integer call() {
    output.check();
    ranks.check();
    Optional<RankEnvironment> place = ranks.environment().filter(given -> given.size() > 1);
    if (place.isPresent()) {
      return runAsRank(place.get());
    }
    RunConfig config = config();
    if (ranks.nproc() > 1) {
      TrainingRun.requireFitsRanks(config, ranks.nproc());
      List<String> arguments = spec.root().commandLine().getParseResult().originalArgs();
      return LocalRanks.run(ranks.nproc(), ranks.command(arguments), stop, System.out, System.err);
    }
    return run(config, output, stop);
  }

  /** Takes part in a run; what goes wrong here before and in it, the other ranks hear of. */
  private int runAsRank(RankEnvironment place) {
    BooleanSupplier end = LocalRanks.orLauncherGone(stop);
    try (C10dRanks joined = C10dRanks.join(place, ranks.timeout(), end)) {
      try {
        return runAsRank(config(), joined, end);
      } catch (RuntimeException | Error e) {
        joined.failed(e);
        throw e;
      }
    }
  }

  private int runAsRank(RunConfig config, Ranks joined, BooleanSupplier end) {
    if (joined.isFirst()) {
      return finish(config, output, execute(config, output.listener(), end, joined));
    }
    return exitCode(new TrainingRun(config, OutputOptions.warnings(), end, joined).execute());
  }

  /** What the options say. */
  RunConfig config() {
    if (resume && overwrite) {
      throw new IllegalArgumentException("Pass --resume or --overwrite, not both.");
    }
    if (!(checkpointMinutes > 0 && checkpointMinutes <= MAX_CHECKPOINT_MINUTES)) {
      throw new IllegalArgumentException(
          "--checkpoint-minutes is "
              + checkpointMinutes
              + "; it must be above 0 and at most "
              + MAX_CHECKPOINT_MINUTES
              + ".");
    }
    var every = Duration.ofNanos(Math.max(1, (long) (checkpointMinutes * 60e9)));
    var images = data.config(learning.balanced());
    var loader = data.loader(seed);
    var loop = learning.config(model, seed);
    var kept = new CheckpointConfig(checkpoints, every);
    Pretrained weights = model.weights(stop); // last: it may take a download
    return new RunConfig(
        images,
        weights,
        out,
        model.config(weights),
        loader,
        loop,
        kept,
        resume ? Existing.RESUME : overwrite ? Existing.OVERWRITE : Existing.REFUSE);
  }

  /** Runs a job, prints it as the tutorial does and says how it ended. */
  static int run(RunConfig config, BooleanSupplier stop) {
    return run(config, new OutputOptions(), stop);
  }

  private static int run(RunConfig config, OutputOptions output, BooleanSupplier stop) {
    return finish(config, output, execute(config, output.listener(), stop));
  }

  private static int finish(RunConfig config, OutputOptions output, TrainingResult result) {
    if (result.outcome() == TrainingResult.Outcome.EARLY_STOPPED) {
      output.say("graft: " + result.message());
    } else if (!result.message().isEmpty()) {
      System.err.println("graft: " + Printable.message(result.message()));
    }
    Path model = config.out().resolve("model.pt");
    output.say(
        result.hasBest()
            ? "Saved the best epoch, " + result.bestEpoch() + ", as " + model
            : "No epoch was validated, so no model was saved"
                + (Files.exists(model) ? "; " + model + " is still the earlier run's." : "."));
    return exitCode(result);
  }

  /** Runs a job that keeps its report and TensorBoard's files up to date, and is shown. */
  static TrainingResult execute(RunConfig config, TrainingListener shown, BooleanSupplier stop) {
    return execute(config, shown, stop, Ranks.single());
  }

  private static TrainingResult execute(
      RunConfig config, TrainingListener shown, BooleanSupplier stop, Ranks ranks) {
    var listener =
        TrainingListener.all(
            new TensorBoardEvents(config), shown, new ReportFile(config.out(), System.err));
    return new TrainingRun(config, listener, stop, ranks).execute();
  }

  static int exitCode(TrainingResult result) {
    return switch (result.outcome()) {
      case COMPLETED, EARLY_STOPPED -> 0;
      case INTERRUPTED -> Interrupt.EXIT_CODE;
      case DIVERGED -> Failures.FAILED;
    };
  }
}
