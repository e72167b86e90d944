package dev.graft.train;

import dev.graft.torch.Tensor;

/**
 * The classes of the five largest logits of each row. libtorch finds them, as for Python, so that
 * of equal logits at the fifth place both take the same.
 */
final class Top5 {
  static final int COUNT = 5;

  private final long[] classes;

  private Top5(long[] classes) {
    this.classes = classes;
  }

  /**
   * Takes logits [N, classes], which it only borrows; if there are at most five, each is among
   * them.
   */
  static Top5 of(Tensor logits) {
    if (logits.shape()[1] <= COUNT) {
      return new Top5(new long[0]);
    }
    try (Tensor top = logits.topk(COUNT, 1)) {
      return new Top5(top.toLongArray());
    }
  }

  boolean holds(int row, int label) {
    for (int i = row * COUNT; i < Math.min((row + 1) * COUNT, classes.length); i++) {
      if (classes[i] == label) {
        return true;
      }
    }
    return classes.length == 0;
  }
}
