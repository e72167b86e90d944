package dev.graft.bench.jmh;

import dev.graft.data.Batch;
import dev.graft.data.Batches;
import dev.graft.data.DataLoader;
import dev.graft.data.ImageFolder;
import dev.graft.data.LoaderConfig;
import dev.graft.image.Preprocessing;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * Batches of 4 by the data loader: files, workers, the ring of buffers, tensors; one operation is
 * an epoch of 153 images.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class BatchBenchmark {
  private final DataLoader loader =
      new DataLoader(
          ImageFolder.open(Fixtures.images()),
          Preprocessing.imagenet(224),
          DataLoader.Mode.TRAIN,
          LoaderConfig.defaults());
  private int epoch;

  /** An epoch. */
  @Benchmark
  public void epoch(Blackhole blackhole) {
    try (Batches batches = loader.epoch(epoch++)) {
      while (batches.hasNext()) {
        try (Batch batch = batches.next()) {
          blackhole.consume(batch.inputs());
          blackhole.consume(batch.labels());
        }
      }
    }
  }

  /** Ends the workers. */
  @TearDown
  public void close() {
    loader.close();
  }
}
