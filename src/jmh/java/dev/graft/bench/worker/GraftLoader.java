package dev.graft.bench.worker;

import dev.graft.data.Batch;
import dev.graft.data.Batches;
import dev.graft.data.DataLoader;
import dev.graft.data.ImageFolder;
import dev.graft.data.LoaderConfig;
import dev.graft.image.Preprocessing;

/** An epoch of the data loader alone; nothing is done with the batches. */
final class GraftLoader implements Workload {
  private final DataLoader loader;
  private int epoch;

  GraftLoader(Spec spec) {
    LoaderConfig batches = LoaderConfig.defaults().withBatchSize(spec.number("batch"));
    loader =
        new DataLoader(
            ImageFolder.open(spec.path("images")),
            Preprocessing.imagenet(224),
            DataLoader.Mode.TRAIN,
            batches);
  }

  @Override
  public void once() {
    try (Batches batches = loader.epoch(epoch++)) {
      while (batches.hasNext()) {
        try (Batch batch = batches.next()) {
          batch.inputs();
        }
      }
    }
  }

  @Override
  public float[] answer() {
    throw new UnsupportedOperationException("Batches that are thrown away have no answer.");
  }

  @Override
  public void close() {
    loader.close();
  }
}
