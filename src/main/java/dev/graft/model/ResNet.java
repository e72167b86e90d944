package dev.graft.model;

import dev.graft.torch.Module;
import dev.graft.torch.ModuleBuilder;

/**
 * Residual networks, built without a file: the architecture is this code, the weights are drawn
 * from a seed. Parameters and buffers have torchvision's names, so state dicts go both ways.
 *
 * <p>Besides {@code forward} ([N,3,H,W] to [N,classes]) the modules have {@code forward_features}
 * (to the pooled features, [N,512]) and {@code forward_head} (from those to the logits); {@code
 * forward} is the one after the other.
 *
 * <p>Convolutions start Kaiming normal with fan out (He et al. 2015, <a
 * href="https://arxiv.org/abs/1502.01852">Delving Deep into Rectifiers</a>), as torchvision's;
 * BatchNorm starts as the identity (weight 1, bias 0); the head starts as PyTorch's <a
 * href="https://docs.pytorch.org/docs/stable/generated/torch.nn.Linear.html">Linear</a>, uniform in
 * ±1/sqrt(fan in). The draw depends on the seed alone, not on libtorch's generator, and the
 * backbone's not on the number of classes.
 *
 * @see <a href="https://arxiv.org/abs/1512.03385">He et al. 2015, Deep Residual Learning for Image
 *     Recognition</a>
 */
public final class ResNet {
  private static final int STEM_WIDTH = 64;

  private final Layers layers;

  private ResNet(long seed) {
    layers = new Layers(seed);
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
    if (classes < 1) {
      throw new IllegalArgumentException("A classifier needs at least 1 class, not " + classes);
    }
    return new ResNet(seed).build(classes, 2, 2, 2, 2);
  }

  private Module build(int classes, int... blocks) {
    try (ModuleBuilder builder = new ModuleBuilder("graft.ResNet")) {
      Layers.add(builder, "conv1", layers.conv2d(3, STEM_WIDTH, 7, 2));
      Layers.add(builder, "bn1", layers.batchNorm2d(STEM_WIDTH));
      int channels = STEM_WIDTH;
      for (int stage = 0; stage < blocks.length; stage++) {
        int width = STEM_WIDTH << stage;
        int stride = stage == 0 ? 1 : 2;
        Layers.add(builder, "layer" + (stage + 1), stage(blocks[stage], channels, width, stride));
        channels = width;
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

  /** Blocks of one width; the first takes the stride. */
  private Module stage(int blocks, int in, int width, int stride) {
    Module[] modules = new Module[blocks];
    modules[0] = basicBlock(in, width, stride);
    for (int i = 1; i < blocks; i++) {
      modules[i] = basicBlock(width, width, 1);
    }
    return Layers.sequential(modules);
  }

  /** Two 3x3 convolutions and a shortcut around them, projected (1x1) where the shape changes. */
  private Module basicBlock(int in, int width, int stride) {
    boolean projects = stride != 1 || in != width;
    try (ModuleBuilder builder = new ModuleBuilder("graft.BasicBlock")) {
      Layers.add(builder, "conv1", layers.conv2d(in, width, 3, stride));
      Layers.add(builder, "bn1", layers.batchNorm2d(width));
      Layers.add(builder, "conv2", layers.conv2d(width, width, 3, 1));
      Layers.add(builder, "bn2", layers.batchNorm2d(width));
      if (projects) {
        Module projection = layers.conv2d(in, width, 1, stride);
        Layers.add(builder, "downsample", Layers.sequential(projection, layers.batchNorm2d(width)));
      }
      return builder
          .define(
              """
              def forward(self, x):
                residual = torch.relu_(self.bn1.forward(self.conv1.forward(x)))
                residual = self.bn2.forward(self.conv2.forward(residual))
                return torch.relu_(residual.add_(%s))
              """
                  .formatted(projects ? "self.downsample.forward(x)" : "x"))
          .build();
    }
  }
}
