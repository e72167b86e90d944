package dev.graft.train;

import dev.graft.data.DataLoader;
import dev.graft.data.FeatureCache;
import dev.graft.data.ImageFolders;
import dev.graft.data.LoaderConfig;
import dev.graft.image.Preprocessing;
import dev.graft.image.Transform;
import dev.graft.model.Classifier;
import dev.graft.model.FeatureExtractor;
import dev.graft.torch.Tensor;
import java.util.List;
import java.util.function.BiFunction;

/** Runs the backbone once over each view of each image; then the head trains on what it gave. */
final class FeatureTraining {
  private final RunConfig config;
  private final TrainingListener listener;
  private final Runnable requireNotStopped;

  FeatureTraining(RunConfig config, TrainingListener listener, Runnable requireNotStopped) {
    this.config = config;
    this.listener = listener;
    this.requireNotStopped = requireNotStopped;
  }

  /** Computes the features and hands their loaders, for training and validation, to the loop. */
  TrainingResult train(
      ImageFolders data,
      Classifier classifier,
      BiFunction<DataLoader, DataLoader, TrainingResult> loop) {
    Preprocessing preprocessing = classifier.card().preprocessing();
    List<Transform> transforms = config.data().augmentation().transforms(preprocessing);
    LoaderConfig loader = config.loader();
    int views = config.model().views();
    try (FeatureExtractor backbone = classifier.featureExtractor(config.training().precision())) {
      var trainFeatures = FeatureCache.of(data.train(), views, backbone.width());
      var valFeatures = FeatureCache.of(data.val(), 1, backbone.width());
      var progress = new Extraction(backbone, trainFeatures.rows() + valFeatures.rows());
      trainFeatures.fill(preprocessing, transforms, loader, progress::extract);
      valFeatures.fill(preprocessing, transforms, loader, progress::extract);
      try (DataLoader train = trainFeatures.loader(DataLoader.Mode.TRAIN, loader);
          DataLoader val = valFeatures.loader(DataLoader.Mode.EVAL, loader)) {
        return loop.apply(train, val);
      }
    }
  }

  /** Runs the backbone batch by batch and tells how far it is. */
  private final class Extraction {
    private final FeatureExtractor backbone;
    private final int total;
    private int done;

    Extraction(FeatureExtractor backbone, int total) {
      this.backbone = backbone;
      this.total = total;
    }

    Tensor extract(Tensor images) {
      requireNotStopped.run();
      try (Tensor there = images.to(config.training().device())) {
        done += (int) there.shape()[0];
        listener.on(new TrainingEvent.BatchFinished(0, Phase.FEATURES, done, total, 0));
        return backbone.forward(there);
      }
    }
  }
}
