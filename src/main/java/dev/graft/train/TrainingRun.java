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
   * Runs to the end, or until it is asked to stop or the loss is not finite. {@code model.pt} is
   * written each time an epoch is better than all before, so it holds the best weights whatever
   * ends the run.
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
      announce(checked.data(), classifier);
      TrainingListener saver = event -> saveBest(event, classifier, folder, checked.digest());
      var listeners = TrainingListener.all(folder, saver, listener);
      var trainer = new Trainer(config.training(), listeners, stop);
      return config.model().freeze() == Freeze.FEATURES
          ? trainHead(trainer, classifier, checked.data(), folder)
          : trainOnImages(trainer, classifier, checked.data(), folder);
    }
  }

  /** Every new best is saved at once, so that whatever ends the run loses no validated epoch. */
  private void saveBest(
      TrainingEvent event, Classifier classifier, RunFolder folder, String digest) {
    if (event instanceof TrainingEvent.BestImproved best) {
      classifier.save(folder.model(), provenance(digest, best.validation()));
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

  private TrainingResult trainOnImages(
      Trainer trainer, Classifier classifier, ImageFolders data, RunFolder folder) {
    Preprocessing preprocessing = classifier.card().preprocessing();
    folder.create(config);
    try (var train =
            new DataLoader(data.train(), preprocessing, DataLoader.Mode.TRAIN, config.loader());
        var val =
            new DataLoader(data.val(), preprocessing, DataLoader.Mode.EVAL, config.loader())) {
      return trainer.fit(classifier, train, val);
    }
  }

  /** The backbone runs once over each view; then the head trains on what it gave. */
  private TrainingResult trainHead(
      Trainer trainer, Classifier classifier, ImageFolders data, RunFolder folder) {
    Preprocessing preprocessing = classifier.card().preprocessing();
    LoaderConfig loader = config.loader();
    int views = config.model().views();
    try (FeatureExtractor backbone = classifier.featureExtractor()) {
      var trainFeatures = FeatureCache.of(data.train(), views, backbone.width());
      var valFeatures = FeatureCache.of(data.val(), 1, backbone.width());
      var progress = new Extraction(backbone, trainFeatures.rows() + valFeatures.rows());
      trainFeatures.fill(preprocessing, loader, progress::extract);
      valFeatures.fill(preprocessing, loader, progress::extract);
      folder.create(config);
      try (DataLoader train = trainFeatures.loader(DataLoader.Mode.TRAIN, loader);
          DataLoader val = valFeatures.loader(DataLoader.Mode.EVAL, loader)) {
        return trainer.fit(classifier.headNetwork(), train, val);
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
      requireNotStopped();
      try (Tensor there = images.to(config.training().device())) {
        done += (int) there.shape()[0];
        listener.on(new TrainingEvent.BatchFinished(0, Phase.FEATURES, done, total, 0));
        return backbone.forward(there);
      }
    }
  }

  private Provenance provenance(String dataDigest, PhaseResult best) {
    NativeRuntime.Info runtime = NativeRuntime.info();
    Map<String, Object> metrics = new LinkedHashMap<>();
    metrics.put("best_epoch", best.epoch());
    metrics.put("best_val_acc", best.accuracy());
    metrics.put("best_val_loss", best.loss());
    return new Provenance(
        Map.of(
            "graft", Version.graft(),
            "pytorch", runtime.pytorch(),
            "javacpp", runtime.javacpp(),
            "java", Runtime.version().toString()),
        config.loader().seed(),
        config.toMap(),
        dataDigest,
        metrics);
  }
}
