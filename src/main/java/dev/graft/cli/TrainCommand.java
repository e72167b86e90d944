package dev.graft.cli;

import dev.graft.data.LoaderConfig;
import dev.graft.model.Card;
import dev.graft.model.Freeze;
import dev.graft.report.ConsoleLines;
import dev.graft.torch.Device;
import dev.graft.torch.SgdConfig;
import dev.graft.train.RunConfig;
import dev.graft.train.TrainingConfig;
import dev.graft.train.TrainingResult;
import dev.graft.train.TrainingRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code graft train}. */
@Command(
    name = "train",
    description = {
      "Trains a classifier on a folder of images, starting from pretrained weights.",
      "",
      "DIR holds train/ and val/, each with one folder of images for each class:",
      "  DIR/train/ants/1.jpg  DIR/train/bees/2.jpg  DIR/val/ants/3.jpg  …"
    },
    footer = {
      "",
      "Writes OUT/model.pt (the best epoch), OUT/metrics.jsonl and OUT/config.json.",
      "Ctrl-C stops after the current batch and saves the best epoch so far.",
      "",
      "Example: graft train --data hymenoptera_data --weights resnet18.pt --out run"
    },
    sortOptions = false,
    showDefaultValues = true,
    mixinStandardHelpOptions = true)
final class TrainCommand implements Callable<Integer> {
  private final BooleanSupplier stop;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      required = true,
      description = "Folder with train/ and val/.")
  private Path data;

  @Option(
      names = "--weights",
      paramLabel = "FILE",
      required = true,
      description = "TorchScript classifier to start from, or an earlier run's model.pt.")
  private Path weights;

  @Option(
      names = "--out",
      paramLabel = "OUT",
      required = true,
      description = "Folder for the results.")
  private Path out;

  @Option(
      names = "--freeze",
      description = {
        "none: fine-tune everything; backbone: train the new head alone;",
        "features: the same with BatchNorm fixed too, so that the backbone runs only once an image."
      })
  private Freeze freeze = Freeze.NONE;

  @Option(names = "--epochs", description = "Passes over the training images.")
  private int epochs = 25;

  @Option(names = "--batch-size", description = "Images a step.")
  private int batchSize = 4;

  @Option(names = "--lr", description = "Learning rate.")
  private double lr = 0.001;

  @Option(names = "--momentum", description = "SGD's momentum.")
  private double momentum = 0.9;

  @Option(names = "--weight-decay", description = "L2 penalty.")
  private double weightDecay;

  @Option(names = "--step-size", description = "Epochs between falls of the learning rate.")
  private int stepSize = 7;

  @Option(names = "--gamma", description = "Factor of each fall.")
  private double gamma = 0.1;

  @Option(names = "--seed", description = "Decides the new head, the order and the augmentation.")
  private long seed;

  @Option(
      names = "--image-size",
      paramLabel = "PIXELS",
      showDefaultValue = CommandLine.Help.Visibility.NEVER,
      description = "Side of the network's input; by default 224, or what FILE was trained with.")
  private @Nullable Integer imageSize;

  @Option(
      names = "--views",
      description = "With --freeze features: fixed views of each image, the first unaugmented.")
  private int views = 1;

  @Option(
      names = "--head",
      paramLabel = "NAME",
      description = "Layer to replace; found by itself if not given.")
  private @Nullable String head;

  @Option(names = "--device", description = "cpu, cuda, cuda:N or auto.")
  private String device = "auto";

  @Option(names = "--workers", description = "Threads that decode images.")
  private int workers = LoaderConfig.defaults().workers();

  @Option(names = "--skip-unreadable", description = "Leave out images that cannot be decoded.")
  private boolean skipUnreadable;

  @Option(names = "--overwrite", description = "Replace a run that is in OUT already.")
  private boolean overwrite;

  TrainCommand(BooleanSupplier stop) {
    this.stop = stop;
  }

  @Override
  public Integer call() {
    var sgd = new SgdConfig(lr, momentum, 0, weightDecay, false);
    var loader =
        LoaderConfig.defaults().withBatchSize(batchSize).withWorkers(workers).withSeed(seed);
    int size = imageSize == null ? Card.imageSize(weights).orElse(224) : imageSize;
    var model = new RunConfig.ModelConfig(freeze, views, head, size);
    var training = new TrainingConfig(epochs, sgd, stepSize, gamma, Device.parse(device));
    var config =
        new RunConfig(data, weights, out, model, loader, training, skipUnreadable, overwrite);
    return run(config, stop);
  }

  /** Runs a job, prints it as the tutorial does and says how it ended. */
  static int run(RunConfig config, BooleanSupplier stop) {
    var console = new ConsoleLines(System.out);
    TrainingResult result =
        new TrainingRun(config, Terminal.listener(console, System.err), stop).execute();
    if (!result.message().isEmpty()) {
      System.err.println("graft: " + result.message());
    }
    Path model = config.out().resolve("model.pt");
    System.err.println(
        result.hasBest()
            ? "Saved the best epoch, " + result.bestEpoch() + ", as " + model
            : "No epoch was validated, so no model was saved"
                + (Files.exists(model) ? "; " + model + " is still the earlier run's." : "."));
    return switch (result.outcome()) {
      case COMPLETED -> 0;
      case INTERRUPTED -> Interrupt.EXIT_CODE;
      case DIVERGED -> Failures.FAILED;
    };
  }
}
