package dev.graft.bench.jmh;

import dev.graft.image.ImagePipeline;
import dev.graft.image.Preprocessing;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.SplittableRandom;
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

/**
 * JPEG bytes to normalised floats: decode, transform, normalise. It decodes no further than the
 * crop reaches, {@link DecodeBenchmark} does the whole image.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class TransformBenchmark {
  private static final int IMAGES = 20;

  private final byte[][] encoded = Fixtures.encoded(IMAGES);
  private final Preprocessing preprocessing = Preprocessing.imagenet(224);
  private final SplittableRandom random = new SplittableRandom(0);
  private final ImagePipeline eval =
      new ImagePipeline(preprocessing, preprocessing.evalTransforms());
  private final ImagePipeline train =
      new ImagePipeline(preprocessing, preprocessing.trainTransforms());
  private final FloatBuffer floats =
      ByteBuffer.allocateDirect(preprocessing.floats() * Float.BYTES)
          .order(ByteOrder.nativeOrder())
          .asFloatBuffer();

  /** One image by the evaluation preset. */
  @Benchmark
  @OperationsPerInvocation(IMAGES)
  public FloatBuffer evalPreset() {
    return load(eval);
  }

  /** One image by the training preset. */
  @Benchmark
  @OperationsPerInvocation(IMAGES)
  public FloatBuffer trainPreset() {
    return load(train);
  }

  private FloatBuffer load(ImagePipeline pipeline) {
    for (byte[] image : encoded) {
      pipeline.load(image, "an image", random, floats, 0);
    }
    return floats;
  }

  /** Frees the pipelines. */
  @TearDown
  public void close() {
    eval.close();
    train.close();
  }
}
