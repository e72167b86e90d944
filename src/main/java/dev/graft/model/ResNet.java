package dev.graft.model;

import dev.graft.torch.Module;
import dev.graft.torch.ModuleBuilder;

/**
 * Residual networks of 18 to 101 layers, built without a file: the architecture is this code, the
 * weights are drawn from a seed. See {@link Architecture} for what all of them have.
 *
 * <p>Convolutions start Kaiming normal with fan out (He et al. 2015, <a
 * href="https://arxiv.org/abs/1502.01852">Delving Deep into Rectifiers</a>), as torchvision's;
 * BatchNorm starts as the identity (weight 1, bias 0); the head starts as PyTorch's <a
 * href="https://docs.pytorch.org/docs/stable/generated/torch.nn.Linear.html">Linear</a>, uniform in
 * ±1/sqrt(fan in).
 *
 * @see <a href="https://arxiv.org/abs/1512.03385">He et al. 2015, Deep Residual Learning for Image
 *     Recognition</a>
 */
public final class ResNet {
  /** Channels of the stem and of the first stage, in the paper. */
  private static final int WIDTH = 64;

  /** How much wider a bottleneck's output is than its 3x3 convolution. */
  private static final int EXPANSION = 4;

  private final Layers layers;
  private final int stemWidth;
  private final boolean bottlenecks;

  private ResNet(Init init, int stemWidth, boolean bottlenecks) {
    layers = new Layers(init);
    this.stemWidth = stemWidth;
    this.bottlenecks = bottlenecks;
  }

  /**
   * Builds ResNet-18: two blocks of two 3x3 convolutions in each of four stages (table 1 of the
   * paper), 11,689,512 parameters for 1,000 classes.
   *
   * @param classes the number of logits, at least 1
   * @param seed decides the weights
   * @return the module in training mode, every parameter trainable, on the CPU; owned by the caller
   */
  public static Module resnet18(int classes, long seed) {
    return Architecture.RESNET18.build(classes, seed);
  }

  /** Table 1's networks of blocks of two 3x3 convolutions. */
  static Module ofBasicBlocks(Init init, int classes, int... blocks) {
    return new ResNet(init, WIDTH, false).build(classes, blocks);
  }

  /** ResNet-18 with other than 64 channels in its stem, and as many times others everywhere. */
  static Module narrow18(Init init, int stemWidth, int classes) {
    return new ResNet(init, stemWidth, false).build(classes, 2, 2, 2, 2);
  }

  /** Table 1's networks of bottlenecks. */
  static Module ofBottlenecks(Init init, int classes, int... blocks) {
    return new ResNet(init, WIDTH, true).build(classes, blocks);
  }

  private Module build(int classes, int... blocks) {
    try (ModuleBuilder builder = new ModuleBuilder("graft.ResNet")) {
      Layers.add(builder, "conv1", layers.conv2d(3, stemWidth, 7, 2));
      Layers.add(builder, "bn1", Layers.batchNorm2d(stemWidth));
      int channels = stemWidth;
      for (int stage = 0; stage < blocks.length; stage++) {
        int width = stemWidth << stage;
        int stride = stage == 0 ? 1 : 2;
        Layers.add(builder, "layer" + (stage + 1), stage(blocks[stage], channels, width, stride));
        channels = outOf(width);
      }
      Layers.add(builder, "fc", layers.linear(channels, classes));
      return builder.define(SOURCE).build();
    }
  }

  /** The stem of 3.4's 7x7 convolution and pooling, the stages, the average over all positions. */
  private static final String SOURCE =
      """
      def forward_features(self, x):
        x = torch.relu_(self.bn1.forward(self.conv1.forward(x)))
        x = torch.max_pool2d(x, [3, 3], [2, 2], [1, 1])
        x = self.layer1.forward(x)
        x = self.layer2.forward(x)
        x = self.layer3.forward(x)
        x = self.layer4.forward(x)
        return torch.flatten(torch.adaptive_avg_pool2d(x, [1, 1]), 1)

      def forward_head(self, features):
        return self.fc.forward(features)

      def forward(self, x):
        return self.forward_head(self.forward_features(x))
      """;

  /** The channels that leave a block of this width. */
  private int outOf(int width) {
    return bottlenecks ? EXPANSION * width : width;
  }

  /** Blocks of one width; the first takes the stride. */
  private Module stage(int blocks, int in, int width, int stride) {
    Module[] modules = new Module[blocks];
    modules[0] = block(in, width, stride);
    for (int i = 1; i < blocks; i++) {
      modules[i] = block(outOf(width), width, 1);
    }
    return Layers.sequential(modules);
  }

  /** Convolutions and a shortcut around them, projected (1x1) where the shape changes. */
  private Module block(int in, int width, int stride) {
    int out = outOf(width);
    boolean projects = stride != 1 || in != out;
    String name = bottlenecks ? "graft.Bottleneck" : "graft.BasicBlock";
    try (ModuleBuilder builder = new ModuleBuilder(name)) {
      if (bottlenecks) {
        addBottleneck(builder, in, width, stride);
      } else {
        addBasic(builder, in, width, stride);
      }
      if (projects) {
        Module projection = layers.conv2d(in, out, 1, stride);
        Layers.add(builder, "downsample", Layers.sequential(projection, Layers.batchNorm2d(out)));
      }
      return builder
          .define(
              """
              def forward(self, x):
                return torch.relu_(self.residual(x).add_(%s))
              """
                  .formatted(projects ? "self.downsample.forward(x)" : "x"))
          .build();
    }
  }

  /** Figure 5, left: two 3x3 convolutions. */
  private void addBasic(ModuleBuilder builder, int in, int width, int stride) {
    Layers.add(builder, "conv1", layers.conv2d(in, width, 3, stride));
    Layers.add(builder, "bn1", Layers.batchNorm2d(width));
    Layers.add(builder, "conv2", layers.conv2d(width, width, 3, 1));
    Layers.add(builder, "bn2", Layers.batchNorm2d(width));
    builder.define(
        """
        def residual(self, x):
          x = torch.relu_(self.bn1.forward(self.conv1.forward(x)))
          return self.bn2.forward(self.conv2.forward(x))
        """);
  }

  /**
   * Figure 5, right: 1x1, 3x3, 1x1. The stride is in the 3x3 convolution, as in torchvision, not in
   * the first 1x1 as in the paper ("ResNet v1.5").
   */
  private void addBottleneck(ModuleBuilder builder, int in, int width, int stride) {
    Layers.add(builder, "conv1", layers.conv2d(in, width, 1, 1));
    Layers.add(builder, "bn1", Layers.batchNorm2d(width));
    Layers.add(builder, "conv2", layers.conv2d(width, width, 3, stride));
    Layers.add(builder, "bn2", Layers.batchNorm2d(width));
    Layers.add(builder, "conv3", layers.conv2d(width, EXPANSION * width, 1, 1));
    Layers.add(builder, "bn3", Layers.batchNorm2d(EXPANSION * width));
    builder.define(
        """
        def residual(self, x):
          x = torch.relu_(self.bn1.forward(self.conv1.forward(x)))
          x = torch.relu_(self.bn2.forward(self.conv2.forward(x)))
          return self.bn3.forward(self.conv3.forward(x))
        """);
  }
}
