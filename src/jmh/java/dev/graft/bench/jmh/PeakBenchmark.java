package dev.graft.bench.jmh;

import dev.graft.bench.calls.MatrixProduct;
import dev.graft.torch.Precision;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** What the processor can do at most, by libtorch's matrix product; the unit is 10^9 operations. */
@SuppressWarnings("NullAway.Init") // JMH calls open() first
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class PeakBenchmark {
  /** What is multiplied. */
  @Param({"FP32", "BF16"})
  public Precision precision;

  private MatrixProduct product;

  /** Fills the matrices. */
  @Setup
  public void open() {
    product = new MatrixProduct(precision);
  }

  /** Two operations for each of the 2000 x 2000 x 2000 pairs. */
  @Benchmark
  @OperationsPerInvocation(16)
  public void gigaOperations(Blackhole blackhole) {
    blackhole.consume(product.multiply());
  }

  /** Frees them. */
  @TearDown
  public void close() {
    product.close();
  }
}
