package dev.graft.train;

import dev.graft.data.CheckedFolders;
import dev.graft.data.DataLoader;
import dev.graft.data.ImageFolders;
import dev.graft.image.ImageException;
import dev.graft.image.Preprocessing;
import dev.graft.model.Classifier;
import dev.graft.model.Freeze;
import dev.graft.weights.FileDigest;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/**
 * The whole job: check the data, load the weights, graft a head, train, keep the best, save it, and
 * try it on test images if there are any. Nothing is written before data and weights have proved
 * usable.
 */
public final class TrainingRun {
  private final RunConfig config;
  private final TrainingListener told;
  private final BooleanSupplier stop;

  /** The run's folder, and whoever is told. */
  private TrainingListener listener;

  private boolean resumed;

  /**
   * Prepares a run.
   *
   * @param config what to do
   * @param listener told what happens
   * @param stop asked after every batch; true ends the run and saves the best so far
   */
  public TrainingRun(RunConfig config, TrainingListener listener, BooleanSupplier stop) {
    this.config = config;
    this.told = listener;
    this.listener = listener;
    this.stop = stop;
  }

  /**
   * Runs to the end, or until it is asked to stop or the loss is not finite. {@code model.pt} is
   * written each time an epoch is better than all before, so it holds the best weights whatever
   * ends the run.
   *
   * @return how it went
   * @throws RunException if the output folder cannot be used, or a run cannot be resumed
   * @throws dev.graft.data.DataException if the data cannot be used
   * @throws dev.graft.weights.WeightsException if the weights file cannot be read any more
   * @throws dev.graft.model.ModelException if the model is no classifier that can be trained
   * @throws java.io.UncheckedIOException if the results cannot be written
   * @throws CancellationException if it was asked to stop before training began
   */
  public TrainingResult execute() {
    try (RunFolder folder = RunFolder.claim(config.out(), config.existing())) {
      folder.requireNotModel(config.weights().file());
      listener = TrainingListener.all(folder, told);
      return execute(folder);
    }
  }

  private TrainingResult execute(RunFolder folder) {
    try (RunImages images = RunImages.check(config, listener, stop)) {
      return execute(folder, images);
    }
  }

  private TrainingResult execute(RunFolder folder, RunImages images) {
    CheckedFolders checked = images.checked();
    var record = new RunRecord(config, checked, FileDigest.sha256(config.weights().file()));
    for (String difference : folder.requireSameRun(record.description())) {
      listener.on(
          new TrainingEvent.Warning(
              difference + ": sums are rounded otherwise, so the last bits may differ."));
    }
    var start = new RunStart(config, listener);
    try (Classifier classifier = start.graft(checked.data())) {
      requireNotStopped();
      TrainingResult result = train(images, classifier, folder, record);
      Optional<Evaluation> test =
          result.outcome().isFinal() ? test(images, classifier) : Optional.empty();
      test.ifPresent(record::tested);
      // The best was saved when it was found; a resumed run may have lost it, or an epoch after it.
      if (test.isPresent() || (resumed && result.hasBest())) {
        classifier.save(folder.model(), record.provenance());
      }
      test.ifPresent(numbers -> listener.on(new TrainingEvent.TestEvaluated(numbers)));
      if (result.outcome().isFinal()) {
        folder.end(record.summary(result));
      }
      listener.on(new TrainingEvent.RunRecorded(result));
      return result;
    }
  }

  private void requireNotStopped() {
    if (stop.getAsBoolean()) {
      throw new CancellationException("Stopped before training began; nothing was written.");
    }
  }

  private TrainingResult train(
      RunImages images, Classifier classifier, RunFolder folder, RunRecord record) {
    ImageFolders data = images.checked().data();
    // Every new best is saved at once, so that whatever ends the run loses no validated epoch.
    TrainingListener saver =
        event -> {
          if (event instanceof TrainingEvent.RunResumed before) {
            resumed = true;
            Optional.ofNullable(before.best()).ifPresent(record::best);
          } else if (event instanceof TrainingEvent.BestImproved best) {
            record.best(best.validation());
            classifier.save(folder.model(), record.provenance());
          }
        };
    var trainer =
        new Trainer(
            RunStart.loop(config, data.train()), TrainingListener.all(saver, listener), stop);
    trainer.requireFits(
        config.model().freezing().policy() == Freeze.FEATURES
            ? classifier.headNetwork()
            : classifier);
    var checkpoints = Checkpoints.in(folder.checkpoints(), config.checkpoints());
    if (config.model().freezing().policy() == Freeze.FEATURES) {
      var features =
          new FeatureTraining(
              config, images.checked(), record.weightsDigest(), listener, this::requireNotStopped);
      return features.train(
          classifier,
          (train, val) -> {
            folder.begin(record.description());
            show(images, classifier);
            return trainer.fit(classifier.headNetwork(), train, val, checkpoints);
          });
    }
    Preprocessing preprocessing = classifier.card().preprocessing();
    try (DataLoader train = images.trainLoader(preprocessing);
        DataLoader val = images.evalLoader(data.val(), preprocessing)) {
      folder.begin(record.description());
      show(images, classifier);
      return trainer.fit(classifier, train, val, checkpoints);
    }
  }

  /** Draws what training begins with. That is for people, so a file that is gone is only said. */
  private void show(RunImages images, Classifier classifier) {
    try {
      Preprocessing preprocessing = classifier.card().preprocessing();
      listener.on(new TrainingEvent.ViewsDrawn(images.firstViews(preprocessing)));
    } catch (ImageException e) {
      listener.on(new TrainingEvent.Warning("Cannot draw training views: " + e.getMessage()));
    }
  }

  private Optional<Evaluation> test(RunImages images, Classifier classifier) {
    Preprocessing preprocessing = classifier.card().preprocessing();
    return images
        .checked()
        .data()
        .test()
        .map(
            test -> {
              try (DataLoader loader = images.evalLoader(test, preprocessing)) {
                return Evaluator.evaluate(
                    classifier,
                    loader,
                    config.training().device(),
                    config.training().precision(),
                    stop);
              }
            });
  }
}
