package dev.graft.bench.jmh;

import dev.graft.bench.calls.GraftCalls;
import dev.graft.bench.calls.NetworkCalls;
import dev.graft.bench.calls.PresetsCalls;
import dev.graft.torch.Precision;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * A training step (forward, loss, backward, SGD): through graft's wrappers, and by the raw presets.
 */
@SuppressWarnings("NullAway.Init") // JMH calls open() first
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class TrainingStepBenchmark {
  /** Images of a batch. */
  @Param({"8"})
  public int batch;

  /** What convolutions compute in. */
  @Param({"FP32", "BF16"})
  public Precision precision;

  private NetworkCalls graft;
  private NetworkCalls presets;

  /** Opens the network twice. */
  @Setup
  public void open() {
    Path model = Fixtures.model();
    graft = new GraftCalls(model, precision, Fixtures.noise(batch), batch);
    presets = new PresetsCalls(model, precision, Fixtures.noise(batch), batch);
    graft.train();
    presets.train();
  }

  /** Through the wrappers. */
  @Benchmark
  public void wrappers(Blackhole blackhole) {
    blackhole.consume(graft.step());
  }

  /** The floor. */
  @Benchmark
  public void rawPresets(Blackhole blackhole) {
    blackhole.consume(presets.step());
  }

  /** Frees both. */
  @TearDown
  public void close() {
    graft.close();
    presets.close();
  }
}
