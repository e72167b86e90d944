package dev.graft.bench.calls;

import dev.graft.torch.NativeRuntime;
import dev.graft.torch.Precision;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** The product of two square matrices: the most that the processor computes in a second. */
public final class MatrixProduct implements AutoCloseable {
  /** Rows and columns: 2 * 2000^3 operations are 16 * 10^9. */
  private static final long SIZE = 2000;

  private final Tensor left;
  private final Tensor right;
  private final Tensor product;

  /**
   * Fills the matrices.
   *
   * @param precision of their values
   */
  public MatrixProduct(Precision precision) {
    NativeRuntime.load();
    ScalarType type = precision == Precision.BF16 ? ScalarType.BFloat16 : ScalarType.Float;
    left = random(type);
    right = random(type);
    product = random(type);
  }

  private static Tensor random(ScalarType type) {
    try (PointerScope scope = new PointerScope()) {
      Tensor tensor =
          torch.rand(new long[] {SIZE, SIZE}, new TensorOptions(ScalarType.Float)).to(type);
      tensor.retainReference();
      return tensor;
    }
  }

  /**
   * Multiplies.
   *
   * @return the number of values computed
   */
  public long multiply() {
    try (PointerScope scope = new PointerScope()) {
      return torch.mm_out(product, left, right).numel();
    }
  }

  @Override
  public void close() {
    left.close();
    right.close();
    product.close();
  }
}
