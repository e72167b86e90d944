package dev.graft.bench.jmh;

import dev.graft.predict.Prediction;
import dev.graft.predict.Predictor;
import dev.graft.torch.Device;
import java.nio.file.Path;
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

/** A JPEG file to probabilities. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class PredictorBenchmark {
  private final Path image = Fixtures.files(1).get(0);
  private final Predictor predictor = Predictor.load(Fixtures.model(), Device.CPU);

  /** One file. */
  @Benchmark
  public Prediction predict() {
    return predictor.predict(image);
  }

  /** Frees the predictor. */
  @TearDown
  public void close() {
    predictor.close();
  }
}
