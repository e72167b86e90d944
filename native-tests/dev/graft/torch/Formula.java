package dev.graft.torch;

import java.util.Map;

/**
 * The numbers that scripts/make-training-references.py starts from: a 32-bit hash of a tensor's and
 * an element's number gives 24 bits, exact in float32.
 */
final class Formula {
  static final int CLASSES = 10;
  static final int BATCH = 4;
  private static final int SIZE = 64;
  private static final int INPUTS = 1000;
  private static final int LABELS = 2000;

  private Formula() {}

  /** 24 bits. */
  private static int hashed(int tensor, int element) {
    int h = element * 0x85EBCA6B + tensor * 0x9E3779B1;
    h = (h ^ (h >>> 16)) * 0x7FEB352D;
    h = (h ^ (h >>> 15)) * 0x846CA68B;
    return (h ^ (h >>> 16)) >>> 8;
  }

  /** In [-bound, bound). */
  private static float[] uniform(int tensor, double bound, long count) {
    float[] values = new float[Math.toIntExact(count)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (hashed(tensor, i) - (1 << 23)) * 0x1p-23f * (float) bound;
    }
    return values;
  }

  /** Fills a ResNet's parameters. */
  static void fill(Module module) {
    int number = 0;
    for (Map.Entry<String, Tensor> entry : module.namedParameters().entrySet()) {
      long[] shape = entry.getValue().shape();
      try (Tensor values = Tensor.copyOf(parameter(number++, entry.getKey(), shape), shape)) {
        entry.getValue().copyFrom(values);
      }
    }
  }

  private static float[] parameter(int number, String name, long... shape) {
    if (name.equals("fc.bias")) {
      return new float[Math.toIntExact(shape[0])];
    }
    if (shape.length > 1) {
      long fanIn = HostMemory.numel(shape) / shape[0];
      return uniform(number, Math.sqrt(6.0 / fanIn), HostMemory.numel(shape));
    }
    float[] values = uniform(number, 0.25, shape[0]);
    for (int i = 0; i < values.length && name.endsWith("weight"); i++) {
      values[i] += 1;
    }
    return values;
  }

  static Tensor inputs(int batch, DType dtype) {
    float[] values = uniform(INPUTS + batch, 2, BATCH * 3 * SIZE * SIZE);
    try (Tensor inputs = Tensor.copyOf(values, BATCH, 3, SIZE, SIZE)) {
      return inputs.to(dtype);
    }
  }

  static Tensor labels(int batch) {
    long[] labels = new long[BATCH];
    for (int i = 0; i < BATCH; i++) {
      labels[i] = hashed(LABELS + batch, i) % CLASSES;
    }
    return Tensor.copyOf(labels, BATCH);
  }
}
