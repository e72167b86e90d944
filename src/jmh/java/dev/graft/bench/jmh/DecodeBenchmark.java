package dev.graft.bench.jmh;

import dev.graft.image.ImageDecoder;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** JPEG bytes to pixels. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class DecodeBenchmark {
  private static final int IMAGES = 20;

  private final byte[][] encoded = Fixtures.encoded(IMAGES);
  private final ImageDecoder decoder = new ImageDecoder();

  /** One image. */
  @Benchmark
  @OperationsPerInvocation(IMAGES)
  public void decode(Blackhole blackhole) {
    for (byte[] image : encoded) {
      blackhole.consume(decoder.decode(image, "an image").pixels());
    }
  }

  /** Frees the decoder. */
  @TearDown
  public void close() {
    decoder.close();
  }
}
