package dev.graft.train;

import dev.graft.data.DataException;
import dev.graft.data.DataLoader;
import dev.graft.data.Shard;
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
  private final Ranks ranks;

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
    this(config, listener, stop, Ranks.single());
  }

  /**
   * Prepares a run of several processes, of which each executes it. All read the data and check it;
   * rank 0 alone reads and writes the run's folder.
   *
   * @param config what to do, the same on all ranks; the batch size is each rank's
   * @param listener told what happens; on ranks but the first, nothing of the run's folder and test
   * @param stop asked after every batch; true on any rank ends the run
   * @param ranks which train together
   * @throws IllegalArgumentException if several ranks cannot do that
   */
  public TrainingRun(
      RunConfig config, TrainingListener listener, BooleanSupplier stop, Ranks ranks) {
    requireFitsRanks(config, ranks.size());
    this.ranks = ranks;
    this.config = config;
    this.told = listener;
    this.listener = listener;
    this.stop = stop;
  }

  /**
   * Checks that a run can be one of several processes.
   *
   * @param config what to do
   * @param ranks how many, 1 or more
   * @throws IllegalArgumentException if they cannot do that
   */
  public static void requireFitsRanks(RunConfig config, int ranks) {
    if (ranks > 1 && config.model().freezing().policy() == Freeze.FEATURES) {
      throw new IllegalArgumentException(
          "freeze features computes each feature once and then trains a head alone, which one"
              + " process does. Leave out --nproc and the launcher, or use --freeze backbone.");
    }
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
   * @throws RankException if another rank was lost, or failed
   */
  public TrainingResult execute() {
    if (!ranks.isFirst()) {
      return follow();
    }
    try (RunFolder folder = RunFolder.claim(config.out(), config.existing())) {
      folder.requireNotModel(config.weights().file());
      listener = TrainingListener.all(folder, told);
      return execute(folder);
    }
  }

  private TrainingResult execute(RunFolder folder) {
    try (RunImages images = RunImages.check(config, listener, stop, ranks.localSize())) {
      return execute(folder, images);
    }
  }

  private TrainingResult execute(RunFolder folder, RunImages images) {
    RunRecord record = record(images);
    for (String note : folder.requireSameRun(record.description())) {
      listener.on(new TrainingEvent.Warning(note));
    }
    var start = new RunStart(config, ranks, listener);
    try (Classifier classifier = start.graft(images.checked().data())) {
      requireNotStopped();
      ranks.requireSame(record.shared());
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

  /** What a rank does that writes nothing. */
  private TrainingResult follow() {
    try (RunImages images = RunImages.check(config, listener, stop, ranks.localSize())) {
      RunRecord record = record(images);
      try (Classifier classifier =
          new RunStart(config, ranks, listener).graft(images.checked().data())) {
        requireNotStopped();
        ranks.requireSame(record.shared());
        Trainer trainer = trainer(images, classifier, listener);
        try (DataLoader train = trainLoader(images, classifier);
            DataLoader val = valLoader(images, classifier)) {
          return trainer.fit(classifier, train, val);
        }
      }
    }
  }

  private RunRecord record(RunImages images) {
    int val = images.checked().data().val().size();
    if (val < ranks.size()) {
      throw new DataException(
          "%d validation images cannot be shared by %d ranks; each needs one. Use fewer ranks, or set more images aside for validation."
              .formatted(val, ranks.size()));
    }
    String digest = FileDigest.sha256(config.weights().file());
    return new RunRecord(config, images.checked(), digest, ranks.size());
  }

  private Trainer trainer(RunImages images, Classifier classifier, TrainingListener shown) {
    TrainingConfig loop = RunStart.loop(config, images.checked().data().train());
    var trainer = new Trainer(loop, shown, stop, ranks);
    trainer.requireFits(
        config.model().freezing().policy() == Freeze.FEATURES
            ? classifier.headNetwork()
            : classifier);
    return trainer;
  }

  private DataLoader trainLoader(RunImages images, Classifier classifier) {
    return images.trainLoader(classifier.card().preprocessing(), shard());
  }

  private DataLoader valLoader(RunImages images, Classifier classifier) {
    Preprocessing preprocessing = classifier.card().preprocessing();
    return images.evalLoader(images.checked().data().val(), preprocessing, shard());
  }

  private Shard shard() {
    return new Shard(ranks.rank(), ranks.size());
  }

  private void requireNotStopped() {
    if (stop.getAsBoolean()) {
      throw new CancellationException("Stopped before training began; nothing was written.");
    }
  }

  private TrainingResult train(
      RunImages images, Classifier classifier, RunFolder folder, RunRecord record) {
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
    Trainer trainer = trainer(images, classifier, TrainingListener.all(saver, listener));
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
    try (DataLoader train = trainLoader(images, classifier);
        DataLoader val = valLoader(images, classifier)) {
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
              try (DataLoader loader = images.evalLoader(test, preprocessing, Shard.whole())) {
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
