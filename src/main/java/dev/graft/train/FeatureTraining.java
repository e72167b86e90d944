package dev.graft.train;

import dev.graft.data.CheckedFolders;
import dev.graft.data.DataLoader;
import dev.graft.data.FeatureCache;
import dev.graft.data.FeatureStore;
import dev.graft.data.FeatureViews;
import dev.graft.data.ImageFolders;
import dev.graft.data.LoaderConfig;
import dev.graft.image.Preprocessing;
import dev.graft.model.Classifier;
import dev.graft.model.FeatureExtractor;
import dev.graft.torch.Device;
import dev.graft.torch.NativeRuntime;
import dev.graft.torch.Precision;
import dev.graft.torch.Tensor;
import dev.graft.torch.Version;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/** Runs the backbone once over each view of each image; then the head trains on what it gave. */
final class FeatureTraining {
  /**
   * To be raised when features come out otherwise for a reason that nothing else in a key tells.
   */
  private static final int FORMAT = 2;

  private final RunConfig config;
  private final CheckedFolders checked;
  private final String weightsDigest;
  private final TrainingListener listener;
  private final Runnable requireNotStopped;

  FeatureTraining(
      RunConfig config,
      CheckedFolders checked,
      String weightsDigest,
      TrainingListener listener,
      Runnable requireNotStopped) {
    this.config = config;
    this.checked = checked;
    this.weightsDigest = weightsDigest;
    this.listener = listener;
    this.requireNotStopped = requireNotStopped;
  }

  /** Finds or computes the features and hands their loaders, for train and val, to the loop. */
  <T> T train(Classifier classifier, BiFunction<DataLoader, DataLoader, T> loop) {
    Preprocessing preprocessing = classifier.card().preprocessing();
    LoaderConfig loader = config.loader();
    FeatureViews views = config.featureViews(preprocessing);
    int width = classifier.card().head().features();
    ImageFolders data = checked.data();
    var train = FeatureCache.of(data.train(), views, width);
    var val = FeatureCache.of(data.val(), FeatureViews.evaluation(preprocessing), width);
    fill(train, val, classifier);
    try (DataLoader trainLoader = train.loader(DataLoader.Mode.TRAIN, loader);
        DataLoader valLoader = val.loader(DataLoader.Mode.EVAL, loader)) {
      return loop.apply(trainLoader, valLoader);
    }
  }

  private void fill(FeatureCache train, FeatureCache val, Classifier classifier) {
    FeatureStore store = FeatureStore.none();
    Path folder = config.data().cache().folder();
    if (folder != null) {
      store = new FeatureFiles(folder, backbone(classifier), this::warn);
      train.take(checked.contents(), store);
      val.take(checked.contents(), store);
      listener.on(
          new TrainingEvent.FeaturesFound(
              train.rows() - train.missing(),
              train.rows(),
              val.rows() - val.missing(),
              val.rows(),
              folder));
    }
    int missing = train.missing() + val.missing();
    if (missing > 0) {
      try (var backbone = classifier.featureExtractor(config.training().precision())) {
        var progress = new Extraction(backbone, missing);
        FeatureStore kept = backbone.isFrozen() ? store : FeatureStore.none();
        train.fill(config.loader(), kept, progress::extract);
        val.fill(config.loader(), kept, progress::extract);
      }
    }
  }

  private void warn(String note) {
    listener.on(new TrainingEvent.Warning(note));
  }

  /** Everything beside the views that may change a bit of a feature. */
  private String backbone(Classifier classifier) {
    NativeRuntime.Info runtime = NativeRuntime.info();
    Map<String, Object> parts = new LinkedHashMap<>();
    parts.put("format", FORMAT);
    parts.put("graft", Version.graft());
    parts.put("pytorch", runtime.pytorch());
    parts.put("platform", runtime.platform());
    parts.put("cpu", runtime.cpu());
    parts.put("fastest-precision", Precision.fastest(Device.CPU).label()); // tells of AMX
    parts.put("threads", runtime.threads());
    parts.put("device", config.training().device());
    parts.put("precision", config.training().precision().label());
    parts.put("memory-format", config.loader().memoryFormat().label());
    parts.put("weights-sha256", weightsDigest);
    parts.put("architecture", config.weights().architecture().map(Object::toString).orElse(""));
    parts.put("head", classifier.card().head().name());
    parts.put("preprocessing", classifier.card().preprocessing());
    return parts.entrySet().stream()
        .map(part -> part.getKey() + ": " + part.getValue())
        .collect(Collectors.joining("\n"));
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
