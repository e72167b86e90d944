package dev.graft.model;

import dev.graft.torch.DType;
import dev.graft.torch.Module;
import dev.graft.torch.ModuleBuilder;
import dev.graft.torch.Tensor;
import java.util.SplittableRandom;

/**
 * Layers with the names, parameters and defaults of {@code torch.nn}, their weights drawn one after
 * the other from one seed. The caller owns every module returned.
 */
final class Layers {
  private final SplittableRandom random;

  Layers(long seed) {
    random = new SplittableRandom(seed);
  }

  /**
   * A convolution without bias, padded so that stride 1 keeps the size; Kaiming normal, fan out.
   */
  Module conv2d(int in, int out, int kernel, int stride) {
    try (Tensor weight = kaimingNormal(out, in, kernel, kernel);
        ModuleBuilder builder = new ModuleBuilder("torch.nn.modules.conv.Conv2d")) {
      return builder
          .parameter("weight", weight)
          .define(
              """
              def forward(self, input):
                return torch.conv2d(input, self.weight, None, [%1$d, %1$d], [%2$d, %2$d])
              """
                  .formatted(stride, kernel / 2))
          .build();
    }
  }

  private Tensor kaimingNormal(int out, int in, int height, int width) {
    double deviation = Math.sqrt(2.0 / (out * height * width));
    float[] values = new float[out * in * height * width];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextGaussian() * deviation);
    }
    return Tensor.copyOf(values, out, in, height, width);
  }

  /** Batch statistics in training mode, running ones (momentum 0.1) otherwise; epsilon 1e-5. */
  Module batchNorm2d(int channels) {
    try (Tensor weight = Tensor.zeros(DType.FLOAT32, channels);
        Tensor bias = Tensor.zeros(DType.FLOAT32, channels);
        Tensor mean = Tensor.zeros(DType.FLOAT32, channels);
        Tensor variance = Tensor.zeros(DType.FLOAT32, channels);
        Tensor batches = Tensor.zeros(DType.INT64);
        ModuleBuilder builder = new ModuleBuilder("torch.nn.modules.batchnorm.BatchNorm2d")) {
      weight.fill(1);
      variance.fill(1);
      return builder
          .parameter("weight", weight)
          .parameter("bias", bias)
          .buffer("running_mean", mean)
          .buffer("running_var", variance)
          .buffer("num_batches_tracked", batches)
          .define(
              """
              def forward(self, input):
                if self.training:
                  self.num_batches_tracked.add_(1)
                return torch.batch_norm(input, self.weight, self.bias, self.running_mean,
                    self.running_var, self.training, 0.1, 1e-05, True)
              """)
          .build();
    }
  }

  /** A fully connected layer; weight and bias uniform in ±1/sqrt(in). */
  Module linear(int in, int out) {
    double bound = 1 / Math.sqrt(in);
    try (Tensor weight = Tensor.uniform(random, bound, out, in);
        Tensor bias = Tensor.uniform(random, bound, out);
        ModuleBuilder builder = new ModuleBuilder("torch.nn.modules.linear.Linear")) {
      return builder
          .parameter("weight", weight)
          .parameter("bias", bias)
          .define(
              """
              def forward(self, input):
                return torch.linear(input, self.weight, self.bias)
              """)
          .build();
    }
  }

  /** Modules named 0, 1, … that feed each other. They become the result's, and are closed. */
  static Module sequential(Module... modules) {
    try (ModuleBuilder builder = new ModuleBuilder("torch.nn.modules.container.Sequential")) {
      StringBuilder source = new StringBuilder("def forward(self, input):\n");
      for (int i = 0; i < modules.length; i++) {
        add(builder, String.valueOf(i), modules[i]);
        source.append("  input = getattr(self, \"%d\").forward(input)\n".formatted(i));
      }
      return builder.define(source.append("  return input\n").toString()).build();
    }
  }

  /** Moves a module into a larger one. */
  static void add(ModuleBuilder parent, String name, Module child) {
    try (child) {
      parent.module(name, child);
    }
  }
}
