package dev.graft.model;

import dev.graft.torch.DType;
import dev.graft.torch.Module;
import dev.graft.torch.ModuleBuilder;
import dev.graft.torch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Layers with the names, parameters and defaults of {@code torch.nn}. The caller owns every module
 * returned; a tensor passed in becomes the module's, and is closed.
 */
final class Layers {
  private final Init init;

  Layers(Init init) {
    this.init = init;
  }

  /**
   * A convolution without bias, padded so that stride 1 keeps the size; Kaiming normal, fan out.
   */
  Module conv2d(int in, int out, int kernel, int stride) {
    return conv2d(init.kaimingNormal(out, in, kernel), null, stride, kernel / 2, 1);
  }

  /** As {@link #conv2d(int, int, int, int)}, but each channel has a filter of its own. */
  Module depthwise(int channels, int kernel, int stride) {
    return conv2d(init.kaimingNormal(channels, 1, kernel), null, stride, kernel / 2, channels);
  }

  static Module conv2d(Tensor weight, @Nullable Tensor bias, int stride, int padding, int groups) {
    try (weight;
        bias;
        ModuleBuilder builder = new ModuleBuilder("torch.nn.modules.conv.Conv2d")) {
      builder.parameter("weight", weight);
      if (bias != null) {
        builder.parameter("bias", bias);
      }
      return builder
          .define(
              """
              def forward(self, input):
                return torch.conv2d(input, self.weight, %1$s, [%2$d, %2$d], [%3$d, %3$d],
                    [1, 1], %4$d)
              """
                  .formatted(bias == null ? "None" : "self.bias", stride, padding, groups))
          .build();
    }
  }

  /** Batch statistics in training mode, running ones (momentum 0.1) otherwise; epsilon 1e-5. */
  static Module batchNorm2d(int channels) {
    return batchNorm2d(channels, 1e-5, 0.1);
  }

  static Module batchNorm2d(int channels, double epsilon, double momentum) {
    try (Tensor weight = Init.constant(1, channels);
        Tensor bias = Init.constant(0, channels);
        Tensor mean = Init.constant(0, channels);
        Tensor variance = Init.constant(1, channels);
        Tensor batches = Tensor.zeros(DType.INT64);
        ModuleBuilder builder = new ModuleBuilder("torch.nn.modules.batchnorm.BatchNorm2d")) {
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
                    self.running_var, self.training, %s, %s, True)
              """
                  .formatted(momentum, epsilon))
          .build();
    }
  }

  /** Normalises the last dimension; starts as weight 1, bias 0. */
  static Module layerNorm(int channels, double epsilon) {
    try (Tensor weight = Init.constant(1, channels);
        Tensor bias = Init.constant(0, channels);
        ModuleBuilder builder = new ModuleBuilder("torch.nn.modules.normalization.LayerNorm")) {
      return builder
          .parameter("weight", weight)
          .parameter("bias", bias)
          .define(
              """
              def forward(self, input):
                return torch.layer_norm(input, [%d], self.weight, self.bias, %s)
              """
                  .formatted(channels, epsilon))
          .build();
    }
  }

  /** A fully connected layer; weight and bias uniform in ±1/sqrt(in). */
  Module linear(int in, int out) {
    double bound = 1 / Math.sqrt(in);
    return linear(init.uniform(bound, out, in), init.uniform(bound, out));
  }

  static Module linear(Tensor weight, Tensor bias) {
    try (weight;
        bias;
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

  /**
   * Zeroes each value with this probability in training mode and scales the others by 1 / (1 - p).
   */
  static Module dropout(double probability) {
    return function(
        "torch.nn.modules.dropout.Dropout",
        "torch.dropout(input, %s, self.training)".formatted(probability));
  }

  /**
   * Zeroes each row, that is all of one image, with this probability in training mode and scales
   * the others by 1 / (1 - p).
   *
   * @see <a href="https://arxiv.org/abs/1603.09382">Huang et al. 2016, Deep Networks with
   *     Stochastic Depth</a>
   */
  static Module stochasticDepth(double probability) {
    try (ModuleBuilder builder = new ModuleBuilder("graft.StochasticDepth")) {
      return builder
          .define(
              """
              def forward(self, input):
                if not self.training or %1$s == 0.0:
                  return input
                kept = input.new_empty([input.size(0), 1, 1, 1]).bernoulli_(%2$s)
                return input * kept.div_(%2$s)
              """
                  .formatted(probability, 1 - probability))
          .build();
    }
  }

  /** A layer without parameters; the expression computes it from {@code input}. */
  static Module function(String className, String expression) {
    try (ModuleBuilder builder = new ModuleBuilder(className)) {
      return builder.define("def forward(self, input):\n  return " + expression).build();
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
