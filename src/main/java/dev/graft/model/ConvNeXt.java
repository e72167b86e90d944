package dev.graft.model;

import dev.graft.torch.Module;
import dev.graft.torch.ModuleBuilder;
import dev.graft.torch.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * ConvNeXt-T. Convolutions and Linears start normal with deviation 0.02 (torchvision cuts it off at
 * 100 deviations, which never shows) and no bias, layer scales at 1e-6. Training drops whole
 * residuals, block i's of the 18 with probability 0.1 · i / 17, i from 0.
 *
 * @see <a href="https://arxiv.org/abs/2201.03545">Liu et al. 2022, A ConvNet for the 2020s</a>
 */
final class ConvNeXt {
  private static final double EPSILON = 1e-6;
  private static final double STOCHASTIC_DEPTH = 0.1;
  private static final double LAYER_SCALE = 1e-6;

  /** Table 9. */
  private static final int[] WIDTHS = {96, 192, 384, 768};

  private static final int[] DEPTHS = {3, 3, 9, 3};

  private final Init init;
  private final int blocks = Arrays.stream(DEPTHS).sum();
  private int built;

  private ConvNeXt(Init init) {
    this.init = init;
  }

  static Module tiny(Init init, int classes) {
    return new ConvNeXt(init).build(classes);
  }

  private Module build(int classes) {
    List<Module> features = new ArrayList<>();
    features.add(Layers.sequential(convolution(3, WIDTHS[0], 4, 4), layerNorm2d(WIDTHS[0])));
    for (int stage = 0; stage < WIDTHS.length; stage++) {
      int width = WIDTHS[stage];
      if (stage > 0) {
        int in = WIDTHS[stage - 1];
        features.add(Layers.sequential(layerNorm2d(in), convolution(in, width, 2, 2)));
      }
      Module[] modules = new Module[DEPTHS[stage]];
      Arrays.setAll(modules, i -> block(width));
      features.add(Layers.sequential(modules));
    }
    int width = WIDTHS[WIDTHS.length - 1];
    try (ModuleBuilder builder = new ModuleBuilder("graft.ConvNeXt")) {
      Layers.add(builder, "features", Layers.sequential(features.toArray(Module[]::new)));
      Module flatten =
          Layers.function("torch.nn.modules.flatten.Flatten", "torch.flatten(input, 1)");
      Layers.add(
          builder,
          "classifier",
          Layers.sequential(layerNorm2d(width), flatten, linear(width, classes)));
      return builder.define(SOURCE).build();
    }
  }

  private static final String SOURCE =
      """
      def forward_features(self, x):
        x = torch.adaptive_avg_pool2d(self.features.forward(x), [1, 1])
        return getattr(self.classifier, "1").forward(getattr(self.classifier, "0").forward(x))

      def forward_head(self, features):
        return getattr(self.classifier, "2").forward(features)

      def forward(self, x):
        return self.forward_head(self.forward_features(x))
      """;

  /**
   * Figure 4, right: 7x7 depthwise, LayerNorm, 1x1 up, GELU, 1x1 down, the 1x1 convolutions being
   * Linears over channels that come last; scaled by a learnt factor for each channel.
   */
  private Module block(int width) {
    Module[] steps = {
      Layers.conv2d(init.normal(0.02, width, 1, 7, 7), Init.constant(0, width), 1, 3, width),
      Layers.function("torchvision.ops.misc.Permute", "input.permute([0, 2, 3, 1])"),
      Layers.layerNorm(width, EPSILON),
      linear(width, 4 * width),
      Activation.GELU.module(),
      linear(4 * width, width),
      Layers.function("torchvision.ops.misc.Permute", "input.permute([0, 3, 1, 2])")
    };
    double drop = STOCHASTIC_DEPTH * built / (blocks - 1);
    built++;
    try (Tensor scale = Init.constant(LAYER_SCALE, width, 1, 1);
        ModuleBuilder builder = new ModuleBuilder("graft.CNBlock")) {
      builder.parameter("layer_scale", scale);
      Layers.add(builder, "block", Layers.sequential(steps));
      Layers.add(builder, "stochastic_depth", Layers.stochasticDepth(drop));
      return builder
          .define(
              """
              def forward(self, x):
                residual = torch.mul(self.layer_scale, self.block.forward(x))
                return self.stochastic_depth.forward(residual).add_(x)
              """)
          .build();
    }
  }

  /** LayerNorm over the channels of [N, C, H, W]. */
  private static Module layerNorm2d(int channels) {
    try (Tensor weight = Init.constant(1, channels);
        Tensor bias = Init.constant(0, channels);
        ModuleBuilder builder = new ModuleBuilder("graft.LayerNorm2d")) {
      return builder
          .parameter("weight", weight)
          .parameter("bias", bias)
          .define(
              """
              def forward(self, input):
                input = input.permute([0, 2, 3, 1])
                input = torch.layer_norm(input, [%d], self.weight, self.bias, %s)
                return input.permute([0, 3, 1, 2])
              """
                  .formatted(channels, EPSILON))
          .build();
    }
  }

  /** As large as its stride, so that patches do not overlap. */
  private Module convolution(int in, int out, int kernel, int stride) {
    return Layers.conv2d(
        init.normal(0.02, out, in, kernel, kernel), Init.constant(0, out), stride, 0, 1);
  }

  private Module linear(int in, int out) {
    return Layers.linear(init.normal(0.02, out, in), Init.constant(0, out));
  }
}
