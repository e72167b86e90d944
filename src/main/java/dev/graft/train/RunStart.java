package dev.graft.train;

import dev.graft.data.ImageFolder;
import dev.graft.data.ImageFolders;
import dev.graft.model.Classifier;
import dev.graft.model.Freeze;
import dev.graft.model.GraftConfig;
import dev.graft.torch.NativeRuntime;
import dev.graft.torch.Tensor;
import java.util.List;
import java.util.stream.DoubleStream;

/** Where a run begins: the classifier and the loop's settings, once the data is known. */
final class RunStart {
  private final RunConfig config;
  private final Ranks ranks;
  private final TrainingListener listener;

  RunStart(RunConfig config, Ranks ranks, TrainingListener listener) {
    this.config = config;
    this.ranks = ranks;
    this.listener = listener;
  }

  /** Loads the weights, grafts and freezes; tells what will be trained. Owned by the caller. */
  Classifier graft(ImageFolders data) {
    NativeRuntime.manualSeed(config.loader().seed());
    Classifier classifier =
        Classifier.graft(
            config.weights(),
            config.training().device(),
            graft(data.train()),
            note -> listener.on(new TrainingEvent.Warning(note)));
    try {
      classifier.to(config.loader().memoryFormat());
      classifier.freeze(config.model().freezing());
      requireWholeBatches((data.train().size() - 1) / ranks.size() + 1, classifier);
      announce(data, classifier);
      return classifier;
    } catch (Throwable e) {
      classifier.close();
      throw e;
    }
  }

  private GraftConfig graft(ImageFolder train) {
    return new GraftConfig(
        train.classes(),
        config.weights().preprocessing(config.model().imageSize()),
        config.loader().seed(),
        config.model().head());
  }

  /** BatchNorm fails on a batch of one image that has shrunk to one pixel, hours into a run. */
  private void requireWholeBatches(int images, Classifier classifier) {
    int batch = config.loader().batchSize();
    boolean single = batch == 1 || images % batch == 1;
    if (single
        && config.model().freezing().policy() != Freeze.FEATURES
        && !classifier.trainsOnOneImage()) {
      throw new IllegalArgumentException(
          "With batch size %d, the last of %d training images%s is a batch of its own, on which the model's BatchNorm cannot train at image size %d. Choose another --batch-size or a larger --image-size, or pass --freeze-batchnorm."
              .formatted(
                  batch,
                  images,
                  ranks.size() > 1 ? " of each rank" : "",
                  config.model().imageSize()));
    }
  }

  private void announce(ImageFolders data, Classifier classifier) {
    long trainable = classifier.trainableParameters().stream().mapToLong(Tensor::numel).sum();
    long parameters =
        classifier.module().namedParameters().values().stream().mapToLong(Tensor::numel).sum();
    listener.on(
        new TrainingEvent.RunStarted(
            data.train().size(), data.val().size(), classifier.classes(), trainable, parameters));
  }

  /** The loop's settings, with class weights where the data decides them. */
  static TrainingConfig loop(RunConfig config, ImageFolder train) {
    TrainingConfig loop = config.training().withSeed(config.loader().seed());
    if (!config.data().balanced()) {
      return loop;
    }
    List<Double> weights = DoubleStream.of(train.balancedClassWeights()).boxed().toList();
    return loop.withObjective(loop.objective().withClassWeights(weights));
  }
}
