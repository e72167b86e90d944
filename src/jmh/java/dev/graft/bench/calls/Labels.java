package dev.graft.bench.calls;

/** The labels of the fixed images. */
final class Labels {
  private Labels() {}

  /** 0 and 1 in turns. */
  static long[] of(int batch) {
    long[] labels = new long[batch];
    for (int i = 0; i < batch; i++) {
      labels[i] = i % 2;
    }
    return labels;
  }
}
