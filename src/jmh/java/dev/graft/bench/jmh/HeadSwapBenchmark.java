package dev.graft.bench.jmh;

import dev.graft.model.Classifier;
import dev.graft.model.GraftConfig;
import dev.graft.torch.Device;
import dev.graft.torch.Module;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Reading a TorchScript file and giving it a new head: what comes before a run's first step. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class HeadSwapBenchmark {
  private final GraftConfig config = GraftConfig.of(List.of("ants", "bees"));

  /** The file alone. */
  @Benchmark
  public int load() {
    try (Module module = Module.load(Fixtures.weights(), Device.CPU)) {
      return module.namedParameters().size();
    }
  }

  /** The file, the search for the head, and a new one. */
  @Benchmark
  public int graft() {
    try (Classifier classifier = Classifier.graft(Fixtures.weights(), Device.CPU, config)) {
      return classifier.classCount();
    }
  }
}
