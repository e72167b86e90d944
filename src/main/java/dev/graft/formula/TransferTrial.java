package dev.graft.formula;

import dev.graft.data.LoaderConfig;
import dev.graft.model.Freeze;
import dev.graft.model.Freezing;
import dev.graft.model.Pretrained;
import dev.graft.torch.Schedule;
import dev.graft.torch.SgdConfig;
import dev.graft.train.RunConfig;
import dev.graft.train.RunConfig.CheckpointConfig;
import dev.graft.train.RunConfig.DataConfig;
import dev.graft.train.RunConfig.Existing;
import dev.graft.train.RunConfig.ModelConfig;
import dev.graft.train.TrainingConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * The same small task learned twice, from scratch and by transfer: three drawn classes that
 * pretraining never saw, a dozen pictures of each, one network, one set of settings. The two runs
 * differ in the weights that they start from.
 *
 * @param folder for the pictures, the random weights and the runs
 * @param seed decides the pictures, the random weights, the head and the order
 */
public record TransferTrial(Path folder, long seed) {
  /** Training pictures of each class. */
  public static final int TRAIN_PER_CLASS = 12;

  /** Pictures of each class that accuracy is measured on. */
  public static final int VAL_PER_CLASS = 100;

  /** Passes over the training pictures. */
  public static final int EPOCHS = 15;

  private static final int BATCH_SIZE = 4;
  private static final TrainingConfig TRAINING =
      TrainingConfig.defaults()
          .withEpochs(EPOCHS)
          .withOptimizer(SgdConfig.of(0.01).withMomentum(0.9))
          .withSchedule(new Schedule.Cosine(EPOCHS, 0));

  /**
   * Returns where the pictures are.
   *
   * @return {@code images} in the folder
   */
  public Path images() {
    return folder.resolve("images");
  }

  /**
   * Draws the pictures.
   *
   * @param stop asked before each; true ends it
   * @throws IOException if they cannot be written
   * @throws java.util.concurrent.CancellationException if it was asked to stop
   */
  public void draw(BooleanSupplier stop) throws IOException {
    DrawnClasses.unseen(seed).write(images(), TRAIN_PER_CLASS, VAL_PER_CLASS, stop);
  }

  /**
   * The run that starts from random weights, which are written now.
   *
   * @return its settings; its files go to {@code scratch} in the folder
   * @throws java.io.UncheckedIOException if the weights cannot be written
   */
  public RunConfig fromScratch() {
    return config(RandomBackbone.write(folder.resolve("random.safetensors"), seed), "scratch");
  }

  /**
   * The run that starts from the embedded backbone.
   *
   * @return its settings; its files go to {@code transfer} in the folder
   */
  public RunConfig byTransfer() {
    return config(Pretrained.embedded(), "transfer");
  }

  private RunConfig config(Pretrained weights, String name) {
    return new RunConfig(
        DataConfig.of(images()),
        weights,
        folder.resolve(name),
        new ModelConfig(Freezing.of(Freeze.NONE), 1, null, weights.preprocessing().imageSize()),
        LoaderConfig.defaults().withBatchSize(BATCH_SIZE).withSeed(seed),
        TRAINING,
        new CheckpointConfig(0, Duration.ofMinutes(1)),
        Existing.REFUSE);
  }
}
