package dev.graft.model;

import static dev.graft.model.Activation.HARDSWISH;
import static dev.graft.model.Activation.RELU;

import dev.graft.torch.Module;
import dev.graft.torch.ModuleBuilder;
import java.util.ArrayList;
import java.util.List;

/**
 * MobileNetV3-Large at width 1. BatchNorm has epsilon 0.001 and momentum 0.01. Convolutions start
 * Kaiming normal with fan out, Linears normal with deviation 0.01, biases 0, as torchvision's.
 *
 * <p>Features are the input of the last Linear: the wide layer before it belongs to the backbone.
 *
 * @see <a href="https://arxiv.org/abs/1905.02244">Howard et al. 2019, Searching for MobileNetV3</a>
 */
final class MobileNetV3 {
  static final int FEATURES = 1280;

  /** Channels of the last convolution. */
  private static final int LAST = 960;

  private static final List<InvertedResidual.Shape> BLOCKS = blocks();

  private MobileNetV3() {}

  /** Table 1. */
  private static List<InvertedResidual.Shape> blocks() {
    return List.of(
        shape(16, 3, 16, 16, false, RELU, 1),
        shape(16, 3, 64, 24, false, RELU, 2),
        shape(24, 3, 72, 24, false, RELU, 1),
        shape(24, 5, 72, 40, true, RELU, 2),
        shape(40, 5, 120, 40, true, RELU, 1),
        shape(40, 5, 120, 40, true, RELU, 1),
        shape(40, 3, 240, 80, false, HARDSWISH, 2),
        shape(80, 3, 200, 80, false, HARDSWISH, 1),
        shape(80, 3, 184, 80, false, HARDSWISH, 1),
        shape(80, 3, 184, 80, false, HARDSWISH, 1),
        shape(80, 3, 480, 112, true, HARDSWISH, 1),
        shape(112, 3, 672, 112, true, HARDSWISH, 1),
        shape(112, 5, 672, 160, true, HARDSWISH, 2),
        shape(160, 5, 960, 160, true, HARDSWISH, 1),
        shape(160, 5, 960, 160, true, HARDSWISH, 1));
  }

  private static InvertedResidual.Shape shape(
      int in, int kernel, int hidden, int out, boolean squeezes, Activation nonLinearity, int s) {
    int squeeze = squeezes ? divisibleBy8(hidden / 4) : 0;
    return new InvertedResidual.Shape(in, kernel, hidden, out, squeeze, nonLinearity, s);
  }

  /** The nearest multiple of 8 that is not more than a tenth below. */
  private static int divisibleBy8(int channels) {
    int rounded = Math.max(8, (channels + 4) / 8 * 8);
    return rounded < 0.9 * channels ? rounded + 8 : rounded;
  }

  static Module build(Init init, int classes) {
    var blocks = new InvertedResidual(init, 0.001, 0.01, RELU, Activation.HARDSIGMOID);
    List<Module> features = new ArrayList<>();
    features.add(blocks.convolution(3, 16, 3, 2, HARDSWISH));
    for (InvertedResidual.Shape shape : BLOCKS) {
      features.add(blocks.block(shape, 0));
    }
    features.add(blocks.convolution(160, LAST, 1, 1, HARDSWISH));
    try (ModuleBuilder builder = new ModuleBuilder("graft.MobileNetV3")) {
      Layers.add(builder, "features", Layers.sequential(features.toArray(Module[]::new)));
      Module wide = linear(init, LAST, FEATURES);
      Module head = linear(init, FEATURES, classes);
      Layers.add(
          builder,
          "classifier",
          Layers.sequential(wide, HARDSWISH.module(), Layers.dropout(0.2), head));
      return builder.define(SOURCE).build();
    }
  }

  private static final String SOURCE =
      """
      def forward_features(self, x):
        x = self.features.forward(x)
        x = torch.flatten(torch.adaptive_avg_pool2d(x, [1, 1]), 1)
        return getattr(self.classifier, "1").forward(getattr(self.classifier, "0").forward(x))

      def forward_head(self, features):
        return getattr(self.classifier, "3").forward(getattr(self.classifier, "2").forward(features))

      def forward(self, x):
        return self.forward_head(self.forward_features(x))
      """;

  private static Module linear(Init init, int in, int out) {
    return Layers.linear(init.normal(0.01, out, in), Init.constant(0, out));
  }
}
