package dev.graft.bench.jmh;

import dev.graft.model.Classifier;
import dev.graft.torch.StateDict;
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

/** What keeping the best epoch costs: copying ResNet-18's state, and putting it back. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class StateDictBenchmark {
  private final Classifier classifier = Fixtures.classifier();
  private final StateDict kept = StateDict.copyOf(classifier.module());

  /** A deep copy of all parameters and buffers. */
  @Benchmark
  public int copy() {
    try (StateDict copy = StateDict.copyOf(classifier.module())) {
      return copy.tensors().size();
    }
  }

  /** The copy back into the module. */
  @Benchmark
  public void load() {
    kept.loadInto(classifier.module());
  }

  /** Frees both. */
  @TearDown
  public void close() {
    kept.close();
    classifier.close();
  }
}
