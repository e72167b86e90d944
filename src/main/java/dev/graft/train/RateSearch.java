package dev.graft.train;

import dev.graft.data.DataLoader;
import dev.graft.data.ImageFolders;
import dev.graft.data.Shard;
import dev.graft.model.Classifier;
import dev.graft.model.Freeze;
import dev.graft.weights.FileDigest;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/**
 * Looks for a learning rate for a run, before it begins: checks the data, grafts and freezes as
 * {@link TrainingRun} does, and lets a {@link RateFinder} take its first steps. Nothing is written,
 * except that {@link CacheConfig.Mode#DISK} keeps what it says.
 */
public final class RateSearch {
  private final RunConfig config;
  private final RateRange range;
  private final TrainingListener listener;
  private final BooleanSupplier stop;

  /**
   * Prepares a search.
   *
   * @param config the run; where it writes plays no part
   * @param range which rates to try
   * @param listener told what happens
   * @param stop asked after every step; true ends the search
   */
  public RateSearch(
      RunConfig config, RateRange range, TrainingListener listener, BooleanSupplier stop) {
    this.config = config;
    this.range = range;
    this.listener = listener;
    this.stop = stop;
  }

  /**
   * Searches.
   *
   * @return the curve
   * @throws dev.graft.data.DataException if the data cannot be used
   * @throws dev.graft.weights.WeightsException if the weights file cannot be read any more
   * @throws dev.graft.model.ModelException if the model is no classifier that can be trained
   * @throws CancellationException if it was asked to stop
   */
  public RateCurve execute() {
    try (RunImages images = RunImages.check(config, listener, stop, 1)) {
      ImageFolders data = images.checked().data();
      try (Classifier classifier = new RunStart(config, Ranks.single(), listener).graft(data)) {
        requireNotStopped();
        var finder = new RateFinder(RunStart.loop(config, data.train()), range, listener, stop);
        return find(finder, classifier, images);
      }
    }
  }

  private RateCurve find(RateFinder finder, Classifier classifier, RunImages images) {
    if (config.model().freezing().policy() == Freeze.FEATURES) {
      String digest = FileDigest.sha256(config.weights().file());
      return new FeatureTraining(
              config, images.checked(), digest, listener, this::requireNotStopped)
          .train(classifier, (train, val) -> finder.find(classifier.headNetwork(), train));
    }
    try (DataLoader train = images.trainLoader(classifier.card().preprocessing(), Shard.whole())) {
      return finder.find(classifier, train);
    }
  }

  private void requireNotStopped() {
    if (stop.getAsBoolean()) {
      throw new CancellationException("Stopped before a rate was found; nothing was written.");
    }
  }
}
