package dev.graft.bench.worker;

import dev.graft.bench.calls.NetworkCalls;
import dev.graft.data.DataLoader;
import dev.graft.data.ImageFolders;
import dev.graft.data.LoaderConfig;
import dev.graft.image.Preprocessing;
import dev.graft.model.Classifier;
import dev.graft.model.Freeze;
import dev.graft.model.Provenance;
import dev.graft.torch.Device;
import dev.graft.train.Trainer;
import dev.graft.train.TrainingConfig;
import dev.graft.train.TrainingEvent;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The whole training call on a folder of images: loaders, training and validation, and a file for
 * each new best epoch.
 */
final class GraftEpoch implements Workload {
  private final Spec spec;
  private final ImageFolders data;
  private final TrainingConfig config;
  private @Nullable Classifier classifier;

  GraftEpoch(Spec spec) {
    this.spec = spec;
    data = ImageFolders.open(spec.path("data"));
    config = training(spec).withEpochs(spec.number("epochs"));
  }

  /** The one place to say how graft's training loop computes. */
  private static TrainingConfig training(Spec spec) {
    return TrainingConfig.defaults().withPrecision(spec.precision());
  }

  @Override
  public void prepare() {
    close();
    classifier = load();
  }

  private Classifier load() {
    Classifier fresh = Classifier.load(spec.path("model"), Device.CPU);
    fresh.freeze(Freeze.valueOf(spec.text("freeze").toUpperCase(Locale.ROOT)));
    return fresh;
  }

  @Override
  public void once() {
    Classifier trained = classifier;
    if (trained == null) {
      throw new IllegalStateException("Nothing is prepared.");
    }
    Preprocessing preprocessing = trained.card().preprocessing();
    LoaderConfig batches = LoaderConfig.defaults().withBatchSize(spec.number("batch"));
    Path best = spec.path("best");
    try (var train = new DataLoader(data.train(), preprocessing, DataLoader.Mode.TRAIN, batches);
        var val =
            new DataLoader(
                data.val(), preprocessing, DataLoader.Mode.EVAL, batches.forEvaluation())) {
      new Trainer(
              config,
              event -> {
                if (event instanceof TrainingEvent.BestImproved) {
                  trained.save(best, Provenance.none());
                }
              },
              () -> false)
          .fit(trained, train, val);
    }
  }

  @Override
  public float[] answer() {
    try (NetworkCalls calls = GraftWorker.graft(spec)) {
      return calls.logits();
    }
  }

  @Override
  public void close() {
    if (classifier != null) {
      classifier.close();
    }
  }
}
