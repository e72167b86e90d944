package dev.graft.torch;

import java.util.Locale;

/**
 * The order in which the values of an image batch [N, C, H, W] lie in memory. The shape, and what
 * an operation computes, is the same; on a CPU, convolutions are faster with the channels last.
 *
 * @see <a
 *     href="https://docs.pytorch.org/tutorials/intermediate/memory_format_tutorial.html">PyTorch on
 *     channels last</a>
 */
public enum MemoryFormat {
  /** Row-major, {@code torch.contiguous_format}: one channel after another. */
  CONTIGUOUS(org.bytedeco.pytorch.global.torch.MemoryFormat.Contiguous),
  /** {@code torch.channels_last}: the channels of a pixel side by side. */
  CHANNELS_LAST(org.bytedeco.pytorch.global.torch.MemoryFormat.ChannelsLast);

  final org.bytedeco.pytorch.global.torch.MemoryFormat raw;

  MemoryFormat(org.bytedeco.pytorch.global.torch.MemoryFormat raw) {
    this.raw = raw;
  }

  /**
   * Names the format as the command line and {@code config.json} do.
   *
   * @return such as {@code channels_last}
   */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The distance in memory between neighbours along each dimension, in values.
   *
   * @param shape the sizes; with the channels last, four of them
   * @return one stride for each size
   * @throws IllegalArgumentException if the channels cannot be last in this shape
   */
  long[] strides(long... shape) {
    int[] order = innermostFirst(shape.length);
    long[] strides = new long[shape.length];
    long stride = 1;
    for (int dim : order) {
      strides[dim] = stride;
      stride *= Math.max(1, shape[dim]);
    }
    return strides;
  }

  private int[] innermostFirst(int dims) {
    if (this == CHANNELS_LAST) {
      if (dims != 4) {
        throw new IllegalArgumentException(
            "Only [N, C, H, W] can have its channels last, not " + dims + " dimensions.");
      }
      return new int[] {1, 3, 2, 0};
    }
    int[] order = new int[dims];
    for (int i = 0; i < dims; i++) {
      order[i] = dims - 1 - i;
    }
    return order;
  }
}
