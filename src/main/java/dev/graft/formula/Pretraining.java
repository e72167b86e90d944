package dev.graft.formula;

import dev.graft.data.DataLoader;
import dev.graft.data.ImageFolders;
import dev.graft.data.LoaderConfig;
import dev.graft.model.Classifier;
import dev.graft.model.Freeze;
import dev.graft.model.Freezing;
import dev.graft.model.StateDictExport;
import dev.graft.torch.DType;
import dev.graft.torch.Device;
import dev.graft.torch.Precision;
import dev.graft.torch.Schedule;
import dev.graft.torch.SgdConfig;
import dev.graft.train.Evaluator;
import dev.graft.train.RunConfig;
import dev.graft.train.RunConfig.CheckpointConfig;
import dev.graft.train.RunConfig.DataConfig;
import dev.graft.train.RunConfig.Existing;
import dev.graft.train.RunConfig.ModelConfig;
import dev.graft.train.RunFolder;
import dev.graft.train.TrainingConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;

/**
 * Formula-driven pretraining: a small ResNet learns from scratch to tell classes that are drawn for
 * it. Its steps are {@link #draw}, a {@link dev.graft.train.TrainingRun} of {@link #runConfig}, and
 * {@link #writeBackbone}.
 *
 * @param out folder for the pictures, the first weights, the run and the result
 * @param seed decides all of them
 * @param classes how many are drawn, from 2
 * @param imagesPerClass training pictures of each, from 1; a tenth as many are drawn for validation
 * @param epochs passes over the training pictures, at least 1
 * @see <a href="https://arxiv.org/abs/2101.08515">Kataoka et al. 2020, Pre-training without Natural
 *     Images</a>
 */
public record Pretraining(Path out, long seed, int classes, int imagesPerClass, int epochs) {
  private static final int BATCH_SIZE = 64;
  private static final double LEARNING_RATE = 0.1;
  private static final double WEIGHT_DECAY = 1e-4;

  /**
   * Checks the ranges.
   *
   * @param out folder for the pictures, the first weights, the run and the result
   * @param seed decides all of them
   * @param classes how many are drawn, from 2 to 9,999
   * @param imagesPerClass training pictures of each, from 1 to 9,999
   * @param epochs passes over the training pictures, at least 1
   */
  public Pretraining {
    requireIn("classes", classes, 2, 9999);
    requireIn("images", imagesPerClass, 1, 9999);
    requireIn("epochs", epochs, 1, Integer.MAX_VALUE);
  }

  private static void requireIn(String what, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          what + " is " + value + "; it must be from " + least + " to " + most + ".");
    }
  }

  /**
   * Tells how many pictures {@link #draw} draws.
   *
   * @return of training and validation
   */
  public long pictures() {
    return (long) classes * (imagesPerClass + validationPerClass());
  }

  private int validationPerClass() {
    return Math.max(1, imagesPerClass / 10);
  }

  /** A folder of its own for each set of pictures, so that none mixes with another. */
  private Path images() {
    return out.resolve("images-%dx%d-seed%d".formatted(classes, imagesPerClass, seed));
  }

  /**
   * Returns where the training run's files are.
   *
   * @return {@code run} in the folder
   */
  public Path run() {
    return out.resolve("run");
  }

  /**
   * Draws the pictures, after a look whether the run may begin.
   *
   * @param existing what to do with a run that is there already
   * @param stop asked before each picture; true ends it
   * @throws dev.graft.train.RunException if there is a run that must stay or cannot be gone on with
   * @throws IOException if they cannot be written
   * @throws java.util.concurrent.CancellationException if it was asked to stop
   */
  public void draw(Existing existing, BooleanSupplier stop) throws IOException {
    RunFolder.claim(run(), existing).close();
    Files.createDirectories(out);
    DrawnClasses.forPretraining(classes, seed)
        .write(images(), imagesPerClass, validationPerClass(), stop);
  }

  /**
   * Writes the random weights to start from and says how to train them: SGD with a cosine schedule.
   *
   * @param existing what to do with a run that is there already
   * @return the run's settings
   * @throws java.io.UncheckedIOException if they cannot be written
   */
  public RunConfig runConfig(Existing existing) {
    var weights = RandomBackbone.write(out.resolve("random.safetensors"), seed);
    return new RunConfig(
        DataConfig.of(images()),
        weights,
        run(),
        new ModelConfig(Freezing.of(Freeze.NONE), 1, null, weights.preprocessing().imageSize()),
        LoaderConfig.defaults().withBatchSize(BATCH_SIZE).withSeed(seed),
        TrainingConfig.defaults()
            .withEpochs(epochs)
            .withOptimizer(
                SgdConfig.of(LEARNING_RATE).withMomentum(0.9).withWeightDecay(WEIGHT_DECAY))
            .withSchedule(new Schedule.Cosine(epochs, 0)),
        CheckpointConfig.defaults(),
        existing);
  }

  /**
   * The weights that came out.
   *
   * @param file safetensors of float16, with the head over the drawn classes
   * @param accuracy of the best epoch on the validation pictures, 0 to 1, in float32
   * @param roundedAccuracy of what the file holds, on the same pictures
   */
  public record Backbone(Path file, double accuracy, double roundedAccuracy) {}

  /**
   * Rounds the trained weights to float16 and writes them as {@code backbone.safetensors}.
   *
   * @param stop asked after every batch of the evaluations; true ends them
   * @return the file, and what the rounding costs
   * @throws java.io.UncheckedIOException if it cannot be written
   */
  public Backbone writeBackbone(BooleanSupplier stop) {
    Path file = out.resolve("backbone.safetensors");
    try (Classifier classifier = Classifier.load(run().resolve("model.pt"), Device.CPU)) {
      double accuracy = accuracy(classifier, stop);
      classifier.module().to(DType.FLOAT16);
      StateDictExport.write(classifier.module(), file, StateDictExport.Format.SAFETENSORS);
      classifier.module().to(DType.FLOAT32);
      return new Backbone(file, accuracy, accuracy(classifier, stop));
    }
  }

  private double accuracy(Classifier classifier, BooleanSupplier stop) {
    var settings = LoaderConfig.defaults().withBatchSize(BATCH_SIZE);
    var preprocessing = classifier.card().preprocessing();
    try (var loader =
        new DataLoader(
            ImageFolders.openSplit(images(), "val"),
            preprocessing,
            DataLoader.Mode.EVAL,
            settings)) {
      return Evaluator.evaluate(classifier, loader, Device.CPU, Precision.FP32, stop).accuracy();
    }
  }
}
