package dev.graft.torch;

import java.util.Objects;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.jspecify.annotations.Nullable;

/**
 * A block in which the calling thread runs convolutions and matrix products in bfloat16 and what
 * needs the range in float32, as {@code torch.autocast(device, dtype=torch.bfloat16)}. Weights stay
 * in float32; each is converted once a block. Only the forward pass and the loss belong inside.
 *
 * <p>libtorch keeps the mode per thread, so the block is closed by the thread that opened it;
 * another thread's {@code close()} is an {@link IllegalStateException}. A block inside another
 * changes nothing.
 *
 * @see <a href="https://docs.pytorch.org/docs/stable/amp.html">PyTorch's torch.amp</a>
 */
public final class Autocast implements AutoCloseable {
  private final OwnerThread owner = new OwnerThread("An Autocast");
  private final DeviceType device;
  private boolean active;
  private torch.@Nullable ScalarType before;

  private Autocast(DeviceType device, boolean asked) {
    this.device = device;
    active = asked && !Native.call(() -> torch.is_autocast_enabled(device));
    if (active) {
      Native.run(
          () -> {
            before = torch.get_autocast_dtype(device);
            torch.set_autocast_dtype(device, torch.ScalarType.BFloat16);
            torch.set_autocast_enabled(device, true);
          });
    }
  }

  /**
   * Opens a block.
   *
   * @param device where the operations run
   * @param precision {@link Precision#FP32} for a block that changes nothing
   * @return the block, to be closed by this thread
   */
  public static Autocast open(Device device, Precision precision) {
    DeviceType type = device.isCuda() ? DeviceType.CUDA : DeviceType.CPU;
    return new Autocast(type, precision == Precision.BF16);
  }

  /** Restores full precision and drops the converted weights. Harmless when done before. */
  @Override
  public void close() {
    owner.require();
    if (active) {
      active = false;
      Native.run(
          () -> {
            torch.set_autocast_enabled(device, false);
            torch.set_autocast_dtype(device, Objects.requireNonNull(before));
            torch.clear_cache();
          });
    }
  }
}
