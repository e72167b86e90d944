package dev.graft.train;

import dev.graft.data.CheckedFolders;
import dev.graft.data.DataLoader;
import dev.graft.data.DatasetCheck;
import dev.graft.data.FeatureCache;
import dev.graft.data.ImageFolders;
import dev.graft.data.LoaderConfig;
import dev.graft.image.Preprocessing;
import dev.graft.model.Classifier;
import dev.graft.model.FeatureExtractor;
import dev.graft.model.Freeze;
import dev.graft.model.GraftConfig;
import dev.graft.model.Provenance;
import dev.graft.torch.NativeRuntime;
import dev.graft.torch.Tensor;
import dev.graft.weights.TorchScriptFile;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/**
 * The whole job: check the data, load the weights, graft a head, train, keep the best and save it.
 * Nothing is written before data and weights have proved usable.
 */
public final class TrainingRun {
  private final RunConfig config;
  private final TrainingListener listener;
  private final BooleanSupplier stop;

  /**
   * Prepares a run.
   *
   * @param config what to do
   * @param listener told what happens
   * @param stop asked after every batch; true ends the run and saves the best so far
   */
  public TrainingRun(RunConfig config, TrainingListener listener, BooleanSupplier stop) {
    this.config = config;
    this.listener = listener;
    this.stop = stop;
  }

  /**
   * Runs to the end, or until it is asked to stop or the loss is not finite. In each case {@code
   * model.pt} then holds the best weights, if any epoch was validated.
   *
   * @return how it went
   * @throws RunException if the output folder cannot be used
   * @throws dev.graft.data.DataException if the data cannot be used
   * @throws dev.graft.weights.WeightsException if the weights file is no TorchScript file
   * @throws dev.graft.model.ModelException if the model is no classifier that can be trained
   * @throws java.io.UncheckedIOException if the results cannot be written
   * @throws CancellationException if it was asked to stop before training began
   */
  public TrainingResult execute() {
    RunFolder folder = RunFolder.claim(config.out(), config.overwrite());
    TorchScriptFile.check(config.weights());
    CheckedFolders checked = check(ImageFolders.open(config.data()));
    var preprocessing = Preprocessing.imagenet(config.model().imageSize());
    var graft =
        new GraftConfig(
            checked.data().train().classes(),
            preprocessing,
            config.loader().seed(),
            config.model().head());
    NativeRuntime.manualSeed(config.loader().seed());
    try (Classifier classifier =
        Classifier.graft(config.weights(), config.training().device(), graft)) {
      requireNotStopped();
      classifier.freeze(config.model().freeze());
      folder.create(config);
      announce(checked.data(), classifier);
      TrainingResult result = train(classifier, checked.data(), folder);
      if (result.hasBest()) {
        classifier.save(folder.model(), provenance(checked, result));
      }
      return result;
    }
  }

  private CheckedFolders check(ImageFolders data) {
    CheckedFolders checked =
        new DatasetCheck(Math.max(1, config.loader().workers()), config.skipUnreadable())
            .run(data, stop);
    if (!checked.unreadable().isEmpty()) {
      listener.on(new TrainingEvent.ImagesSkipped(checked.unreadable()));
    }
    return checked;
  }

  private void requireNotStopped() {
    if (stop.getAsBoolean()) {
      throw new CancellationException("Stopped before training began; nothing was written.");
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

  private TrainingResult train(Classifier classifier, ImageFolders data, RunFolder folder) {
    var trainer = new Trainer(config.training(), TrainingListener.all(folder, listener), stop);
    return config.model().freeze() == Freeze.FEATURES
        ? trainHead(trainer, classifier, data)
        : trainOnImages(trainer, classifier, data);
  }

  private TrainingResult trainOnImages(Trainer trainer, Classifier classifier, ImageFolders data) {
    Preprocessing preprocessing = classifier.card().preprocessing();
    try (var train =
            new DataLoader(data.train(), preprocessing, DataLoader.Mode.TRAIN, config.loader());
        var val =
            new DataLoader(data.val(), preprocessing, DataLoader.Mode.EVAL, config.loader())) {
      return trainer.fit(classifier, train, val);
    }
  }

  /** The backbone runs once over each view; then the head trains on what it gave. */
  private TrainingResult trainHead(Trainer trainer, Classifier classifier, ImageFolders data) {
    Preprocessing preprocessing = classifier.card().preprocessing();
    LoaderConfig loader = config.loader();
    int views = config.model().views();
    try (FeatureExtractor backbone = classifier.featureExtractor()) {
      var trainFeatures = FeatureCache.of(data.train(), views, backbone.width());
      var valFeatures = FeatureCache.of(data.val(), 1, backbone.width());
      int total = trainFeatures.rows() + valFeatures.rows();
      trainFeatures.fill(preprocessing, loader, images -> extract(backbone, images, total));
      valFeatures.fill(preprocessing, loader, images -> extract(backbone, images, total));
      try (DataLoader train = trainFeatures.loader(DataLoader.Mode.TRAIN, loader);
          DataLoader val = valFeatures.loader(DataLoader.Mode.EVAL, loader)) {
        return trainer.fit(classifier.headNetwork(), train, val);
      }
    }
  }

  private int extracted;

  private Tensor extract(FeatureExtractor backbone, Tensor images, int total) {
    requireNotStopped();
    try (Tensor there = images.to(config.training().device())) {
      Tensor features = backbone.forward(there);
      extracted += (int) features.shape()[0];
      listener.on(new TrainingEvent.BatchFinished(0, Phase.FEATURES, extracted, total, 0));
      return features;
    }
  }

  private Provenance provenance(CheckedFolders checked, TrainingResult result) {
    NativeRuntime.Info runtime = NativeRuntime.info();
    Map<String, Object> metrics = new LinkedHashMap<>();
    metrics.put("best_epoch", result.bestEpoch());
    metrics.put("best_val_acc", result.bestAccuracy());
    metrics.put("outcome", result.outcome().name().toLowerCase(java.util.Locale.ROOT));
    return new Provenance(
        Map.of(
            "graft", Version.graft(),
            "pytorch", runtime.pytorch(),
            "javacpp", runtime.javacpp(),
            "java", Runtime.version().toString()),
        config.loader().seed(),
        config.toMap(),
        checked.digest(),
        metrics);
  }
}
