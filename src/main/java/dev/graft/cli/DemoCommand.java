package dev.graft.cli;

import dev.graft.data.DataLoader;
import dev.graft.data.ImageFolder;
import dev.graft.data.ImageFolders;
import dev.graft.data.LoaderConfig;
import dev.graft.model.Classifier;
import dev.graft.model.Freeze;
import dev.graft.model.Freezing;
import dev.graft.model.Pretrained;
import dev.graft.model.ResNet;
import dev.graft.predict.Prediction;
import dev.graft.predict.Predictor;
import dev.graft.report.EvaluationReport;
import dev.graft.torch.Device;
import dev.graft.torch.Module;
import dev.graft.torch.Precision;
import dev.graft.torch.Schedule;
import dev.graft.torch.SgdConfig;
import dev.graft.train.Evaluator;
import dev.graft.train.RunConfig;
import dev.graft.train.RunConfig.CheckpointConfig;
import dev.graft.train.RunConfig.DataConfig;
import dev.graft.train.RunConfig.Existing;
import dev.graft.train.RunConfig.ModelConfig;
import dev.graft.train.TrainingConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code graft demo}. */
@Command(
    name = "demo",
    description = {
      "Shows the whole job in about a minute: draws images, trains, evaluates, predicts.",
      "",
      "Needs no network and no arguments. The weights are random to begin with, not pretrained,",
      "so this shows the steps, not what transfer is worth."
    },
    sortOptions = false,
    showDefaultValues = true,
    mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {
  private static final int TRAIN_PER_CLASS = 200;
  private static final int VAL_PER_CLASS = 60;
  private static final int IMAGE_SIZE = 64;
  private static final int BATCH_SIZE = 16;
  private static final TrainingConfig TRAINING =
      TrainingConfig.defaults()
          .withEpochs(8)
          .withOptimizer(SgdConfig.of(0.01).withMomentum(0.9))
          .withSchedule(new Schedule.Step(6, 0.1));

  private final BooleanSupplier stop;

  @Option(names = "--seed", description = "Decides the images, the first weights and the order.")
  private long seed;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Empty or new folder to work in; a temporary one if not given.")
  private @Nullable Path out;

  DemoCommand(BooleanSupplier stop) {
    this.stop = stop;
  }

  @Override
  public Integer call() throws IOException {
    Path folder = workFolder();
    Path images = folder.resolve("images");
    Path weights = folder.resolve("weights.pt");
    Path run = folder.resolve("run");

    System.out.println(
        "1. Drawing " + 3 * (TRAIN_PER_CLASS + VAL_PER_CLASS) + " images: " + images);
    DemoImages.write(images, seed, TRAIN_PER_CLASS, VAL_PER_CLASS);
    System.out.println("2. A ResNet-18 with random weights (not pretrained): " + weights);
    try (Module module = ResNet.resnet18(1000, seed)) {
      module.save(weights, Map.of());
    }
    if (stop.getAsBoolean()) {
      throw new CancellationException("Stopped before training began.");
    }
    System.out.println("3. Training it, as graft train does\n");
    int code = TrainCommand.run(config(images, weights, run), stop);
    if (code == 0) {
      Path model = run.resolve("model.pt");
      evaluate(images, model);
      predict(images, model);
      sayWhatIsNext(images, model);
    }
    return code;
  }

  private Path workFolder() throws IOException {
    if (out == null) {
      return Files.createTempDirectory("graft-demo-");
    }
    if (Files.exists(out) && (!Files.isDirectory(out) || !isEmpty(out))) {
      throw new IllegalArgumentException(
          out + " is not an empty folder. Give --out a new one; the demo overwrites nothing.");
    }
    return Files.createDirectories(out);
  }

  private static boolean isEmpty(Path folder) throws IOException {
    try (var entries = Files.list(folder)) {
      return entries.findAny().isEmpty();
    }
  }

  private RunConfig config(Path images, Path weights, Path run) {
    return new RunConfig(
        DataConfig.of(images),
        Pretrained.of(weights),
        run,
        new ModelConfig(Freezing.of(Freeze.NONE), 1, null, IMAGE_SIZE),
        LoaderConfig.defaults().withBatchSize(BATCH_SIZE).withSeed(seed),
        TRAINING,
        new CheckpointConfig(0, Duration.ofMinutes(1)),
        Existing.REFUSE);
  }

  private void evaluate(Path images, Path model) {
    System.out.println("\n4. Evaluating the best epoch, as graft eval does\n");
    ImageFolder val = ImageFolders.openSplit(images, "val");
    try (Classifier classifier = Classifier.load(model, Device.CPU);
        var loader =
            new DataLoader(
                val,
                classifier.card().preprocessing(),
                DataLoader.Mode.EVAL,
                LoaderConfig.defaults().withBatchSize(BATCH_SIZE))) {
      var evaluation = Evaluator.evaluate(classifier, loader, Device.CPU, Precision.FP32, stop);
      System.out.println(new EvaluationReport(evaluation).text());
      System.out.printf(
          Locale.ROOT,
          "%nIt reached %.3f, where guessing gives %.3f.%n",
          evaluation.accuracy(),
          1.0 / val.classes().size());
    }
  }

  private static void predict(Path images, Path model) {
    System.out.println("\n5. Predicting three files, as graft predict does\n");
    try (Predictor predictor = Predictor.load(model, Device.CPU)) {
      for (String name : ImageFolders.openSplit(images, "val").classes()) {
        Path file = images.resolve("val").resolve(name).resolve("000.jpg");
        Prediction.Score best = predictor.predict(file).best();
        System.out.printf(Locale.ROOT, "%s\t%s %.4f%n", file, best.label(), best.probability());
      }
    }
  }

  private static void sayWhatIsNext(Path images, Path model) {
    System.out.println(
        """

        These weights started random and know three shapes. For your own images start from
        pretrained ones, which are downloaded once, and train on a folder with train/CLASS/*.jpg
        and val/CLASS/*.jpg:

          scripts/graft train --data YOUR_IMAGES --weights resnet18 --out run

        Or look at what the demo made:

          scripts/graft predict --model %s %s
        """
            .formatted(model, images.resolve("val/*/001.jpg"))
            .stripTrailing());
  }
}
