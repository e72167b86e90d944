package dev.graft.model;

import static dev.graft.model.Activation.SILU;

import dev.graft.torch.Module;
import dev.graft.torch.ModuleBuilder;
import java.util.ArrayList;
import java.util.List;

/**
 * EfficientNet-B0. Convolutions start Kaiming normal with fan out, the head uniform in
 * ±1/sqrt(classes), biases 0, as torchvision's. Training drops whole residuals, block i's of the 16
 * with probability 0.2 · i / 16, i from 0.
 *
 * @see <a href="https://arxiv.org/abs/1905.11946">Tan and Le 2019, EfficientNet</a>
 */
final class EfficientNet {
  static final int FEATURES = 1280;
  private static final double DROPOUT = 0.2;
  private static final double STOCHASTIC_DEPTH = 0.2;

  /** Table 1: expansion, kernel, stride of the first, channels, repeats. */
  private static final int[][] STAGES = {
    {1, 3, 1, 16, 1},
    {6, 3, 2, 24, 2},
    {6, 5, 2, 40, 2},
    {6, 3, 2, 80, 3},
    {6, 5, 1, 112, 3},
    {6, 5, 2, 192, 4},
    {6, 3, 1, 320, 1},
  };

  private static final int BLOCKS = 16;

  private final InvertedResidual blocks;
  private int built;

  private EfficientNet(Init init) {
    blocks = new InvertedResidual(init, 1e-5, 0.1, SILU, Activation.SIGMOID);
  }

  static Module b0(Init init, int classes) {
    return new EfficientNet(init).build(init, classes);
  }

  private Module build(Init init, int classes) {
    List<Module> features = new ArrayList<>();
    int channels = 32;
    features.add(blocks.convolution(3, channels, 3, 2, SILU));
    for (int[] stage : STAGES) {
      features.add(stage(channels, stage));
      channels = stage[3];
    }
    features.add(blocks.convolution(channels, FEATURES, 1, 1, SILU));
    try (ModuleBuilder builder = new ModuleBuilder("graft.EfficientNet")) {
      Layers.add(builder, "features", Layers.sequential(features.toArray(Module[]::new)));
      Module head =
          Layers.linear(
              init.uniform(1 / Math.sqrt(classes), classes, FEATURES), Init.constant(0, classes));
      Layers.add(builder, "classifier", Layers.sequential(Layers.dropout(DROPOUT), head));
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

  private Module stage(int in, int... row) {
    Module[] modules = new Module[row[4]];
    int channels = in;
    for (int i = 0; i < modules.length; i++) {
      int stride = i == 0 ? row[2] : 1;
      modules[i] = block(channels, row[0], row[1], stride, row[3]);
      channels = row[3];
    }
    return Layers.sequential(modules);
  }

  /** MBConv, whose squeeze is a quarter of its input's channels. */
  private Module block(int in, int expansion, int kernel, int stride, int out) {
    var shape =
        new InvertedResidual.Shape(
            in, kernel, in * expansion, out, Math.max(1, in / 4), SILU, stride);
    double drop = STOCHASTIC_DEPTH * built / BLOCKS;
    built++;
    return blocks.block(shape, shape.hasShortcut() ? drop : 0);
  }
}
