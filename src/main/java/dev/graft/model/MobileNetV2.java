package dev.graft.model;

import dev.graft.torch.Module;
import dev.graft.torch.ModuleBuilder;
import java.util.ArrayList;
import java.util.List;

/**
 * MobileNetV2 at width 1: inverted residuals with linear bottlenecks. Convolutions start Kaiming
 * normal with fan out, the head normal with deviation 0.01 and no bias, as torchvision's.
 *
 * @see <a href="https://arxiv.org/abs/1801.04381">Sandler et al. 2018, MobileNetV2</a>
 */
final class MobileNetV2 {
  static final int FEATURES = 1280;

  /** Table 2: expansion t, channels c, repeats n, stride s of the first. */
  private static final int[][] STAGES = {
    {1, 16, 1, 1},
    {6, 24, 2, 2},
    {6, 32, 3, 2},
    {6, 64, 4, 2},
    {6, 96, 3, 1},
    {6, 160, 3, 2},
    {6, 320, 1, 1},
  };

  private final Init init;
  private final Layers layers;

  private MobileNetV2(Init init) {
    this.init = init;
    layers = new Layers(init);
  }

  static Module build(Init init, int classes) {
    return new MobileNetV2(init).build(classes);
  }

  private Module build(int classes) {
    List<Module> features = new ArrayList<>();
    int channels = 32;
    features.add(relu6(layers.conv2d(3, channels, 3, 2), channels));
    for (int[] stage : STAGES) {
      for (int i = 0; i < stage[2]; i++) {
        features.add(block(channels, stage[0], stage[1], i == 0 ? stage[3] : 1));
        channels = stage[1];
      }
    }
    features.add(relu6(layers.conv2d(channels, FEATURES, 1, 1), FEATURES));
    try (ModuleBuilder builder = new ModuleBuilder("graft.MobileNetV2")) {
      Layers.add(builder, "features", Layers.sequential(features.toArray(Module[]::new)));
      Module head = Layers.linear(init.normal(0.01, classes, FEATURES), Init.constant(0, classes));
      Layers.add(builder, "classifier", Layers.sequential(Layers.dropout(0.2), head));
      return builder.define(SOURCE).build();
    }
  }

  private static final String SOURCE =
      """
      def forward_features(self, x):
        x = self.features.forward(x)
        return torch.flatten(torch.adaptive_avg_pool2d(x, [1, 1]), 1)

      def forward_head(self, features):
        return self.classifier.forward(features)

      def forward(self, x):
        return self.forward_head(self.forward_features(x))
      """;

  /** Table 1: 1x1 up, depthwise, 1x1 down without ReLU; a shortcut where the shape stays. */
  private Module block(int in, int expansion, int out, int stride) {
    int hidden = in * expansion;
    List<Module> steps = new ArrayList<>();
    if (expansion != 1) {
      steps.add(relu6(layers.conv2d(in, hidden, 1, 1), hidden));
    }
    steps.add(relu6(layers.depthwise(hidden, 3, stride), hidden));
    steps.add(layers.conv2d(hidden, out, 1, 1));
    steps.add(Layers.batchNorm2d(out));
    boolean shortcut = stride == 1 && in == out;
    try (ModuleBuilder builder = new ModuleBuilder("graft.InvertedResidual")) {
      Layers.add(builder, "conv", Layers.sequential(steps.toArray(Module[]::new)));
      return builder
          .define(
              "def forward(self, x):\n  return self.conv.forward(x)" + (shortcut ? ".add_(x)" : ""))
          .build();
    }
  }

  private static Module relu6(Module convolution, int channels) {
    return Layers.sequential(convolution, Layers.batchNorm2d(channels), Activation.RELU6.module());
  }
}
