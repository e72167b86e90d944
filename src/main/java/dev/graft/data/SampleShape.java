package dev.graft.data;

import dev.graft.torch.MemoryFormat;
import dev.graft.torch.Tensor;
import java.nio.FloatBuffer;
import java.util.stream.LongStream;

/** The shape of a sample, and how a batch of them lies in memory. */
final class SampleShape {
  private final MemoryFormat format;
  private final long[] sizes;

  private SampleShape(MemoryFormat format, long... sizes) {
    this.format = format;
    this.sizes = sizes;
  }

  /** Square images of three channels. */
  static SampleShape image(int side, MemoryFormat format) {
    return new SampleShape(format, 3, side, side);
  }

  /** Vectors of this many features. */
  static SampleShape features(int width) {
    return new SampleShape(MemoryFormat.CONTIGUOUS, width);
  }

  /** The number of values in one sample. */
  int floats() {
    return Math.toIntExact(LongStream.of(sizes).reduce(1, Math::multiplyExact));
  }

  /** A tensor of the first samples in a buffer, whose memory it shares. */
  Tensor batch(FloatBuffer samples, int count) {
    long[] shape = LongStream.concat(LongStream.of(count), LongStream.of(sizes)).toArray();
    return Tensor.ofBuffer(samples, format, shape);
  }
}
