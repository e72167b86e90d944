package dev.graft.model;

import dev.graft.torch.Module;
import dev.graft.torch.Tensor;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/** Weights and images that are a formula: scripts/make-architecture-references.py has the same. */
public final class Formula {
  private Formula() {}

  /** Uniform in [-1, 1), exact in float32. */
  private static float uniform(int seed, int index) {
    int x = index * 0x9E3779B9 + seed;
    x ^= x >>> 16;
    x *= 0x7FEB352D;
    x ^= x >>> 15;
    x *= 0x846CA68B;
    x ^= x >>> 16;
    return ((x >>> 8) - (1 << 23)) / (float) (1 << 23);
  }

  private static int seed(String name) {
    var crc = new CRC32();
    crc.update(name.getBytes(StandardCharsets.UTF_8));
    return (int) crc.getValue();
  }

  /** Noise on squares of 32 pixels. */
  static Tensor images(String name, int n, int height, int width) {
    int fine = seed(name);
    int coarse = seed(name + " squares");
    float[] values = new float[n * 3 * height * width];
    for (int i = 0; i < values.length; i++) {
      int plane = i / (height * width);
      int y = i / width % height / 32;
      int x = i % width / 32;
      int square = (plane * (height / 32) + y) * (width / 32) + x;
      values[i] = uniform(fine, i) + uniform(coarse, square);
    }
    return Tensor.copyOf(values, n, 3, height, width);
  }

  /** Overwrites every parameter and every floating-point buffer. */
  public static void fill(Module module, double gain) {
    module.namedParameters().forEach((name, tensor) -> fill(name, tensor, gain));
    module
        .namedBuffers()
        .forEach(
            (name, tensor) -> {
              if (tensor.dtype().isFloatingPoint()) {
                fill(name, tensor, gain);
              }
            });
  }

  private static void fill(String name, Tensor tensor, double gain) {
    long[] shape = tensor.shape();
    long fanIn = shape.length > 1 ? tensor.numel() / shape[0] : 0;
    float[] values = new float[Math.toIntExact(tensor.numel())];
    float centre = 0;
    double scale = 0.1;
    if (name.endsWith("running_var")) {
      centre = 1;
      scale = 0.5;
    } else if (name.endsWith("layer_scale")) {
      centre = 0.5f;
      scale = 0.25;
    } else if (name.endsWith("token") || name.endsWith("pos_embedding")) {
      scale = 0.5;
    } else if (shape.length > 1) {
      scale = gain * Math.sqrt(3.0 / fanIn);
    } else if (name.endsWith("weight")) {
      centre = 1;
    }
    int seed = seed(name);
    float factor = (float) scale;
    for (int i = 0; i < values.length; i++) {
      values[i] = centre + factor * uniform(seed, i);
    }
    try (Tensor source = Tensor.copyOf(values, shape)) {
      tensor.copyFrom(source);
    }
  }
}
