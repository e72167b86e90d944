package dev.graft.model;

import dev.graft.torch.DType;
import dev.graft.torch.Tensor;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * First weights, as {@code torch.nn.init}: drawn one after the other from one seed, or left zero
 * for weights that come from elsewhere. The caller owns every tensor returned.
 */
final class Init {
  private final @Nullable SplittableRandom random;

  private Init(@Nullable SplittableRandom random) {
    this.random = random;
  }

  static Init seeded(long seed) {
    return new Init(new SplittableRandom(seed));
  }

  /** Draws nothing: what would be random is zero. */
  static Init zeros() {
    return new Init(null);
  }

  Tensor normal(double deviation, long... shape) {
    if (random == null) {
      return constant(0, shape);
    }
    int count = 1;
    for (long size : shape) {
      count = Math.multiplyExact(count, Math.toIntExact(size));
    }
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (random.nextGaussian() * deviation);
    }
    return Tensor.copyOf(values, shape);
  }

  /** From [-bound, bound). */
  Tensor uniform(double bound, long... shape) {
    return random == null ? constant(0, shape) : Tensor.uniform(random, bound, shape);
  }

  /**
   * Normal with a variance of 2 / fan out, where PyTorch's fan out is the number of filters times
   * the kernel's area, in depthwise convolutions too.
   *
   * @see <a href="https://arxiv.org/abs/1502.01852">He et al. 2015, Delving Deep into
   *     Rectifiers</a>
   */
  Tensor kaimingNormal(int out, int in, int kernel) {
    return normal(Math.sqrt(2.0 / (out * kernel * kernel)), out, in, kernel, kernel);
  }

  /**
   * Uniform in ±sqrt(6 / (in + out)).
   *
   * @see <a href="https://proceedings.mlr.press/v9/glorot10a.html">Glorot and Bengio 2010</a>
   */
  Tensor xavierUniform(int out, int in) {
    return uniform(Math.sqrt(6.0 / (in + out)), out, in);
  }

  /** One value everywhere, whether weights are drawn or not. */
  static Tensor constant(double value, long... shape) {
    Tensor tensor = Tensor.zeros(DType.FLOAT32, shape);
    if (value != 0) {
      tensor.fill(value);
    }
    return tensor;
  }
}
