package dev.graft.model;

import dev.graft.torch.Module;
import dev.graft.torch.ModuleBuilder;
import dev.graft.torch.Tensor;

/**
 * ViT-B/16 for images of 224x224; it refuses others, since it learns an embedding for each of the
 * 14x14 positions. Without dropout, as torchvision's.
 *
 * <p>Weights start as torchvision's do: patches normal with deviation 1/sqrt(fan in), positions
 * normal with 0.02, the attention's projection in and the MLPs Xavier uniform, the one out uniform
 * in ±1/sqrt(fan in), the MLPs' biases normal with 1e-6. The head alone differs: torchvision's
 * starts at zero; this one as PyTorch's Linear, so that a fresh network already has logits that its
 * head can be recognised by.
 *
 * @see <a href="https://arxiv.org/abs/2010.11929">Dosovitskiy et al. 2020, An Image is Worth 16x16
 *     Words</a>
 */
final class VisionTransformer {
  /** Table 1's ViT-Base. */
  static final int WIDTH = 768;

  private static final int LAYERS = 12;
  private static final int HEADS = 12;
  private static final int MLP_WIDTH = 3072;
  private static final int IMAGE = 224;
  private static final int PATCH = 16;
  private static final int TOKENS = 1 + (IMAGE / PATCH) * (IMAGE / PATCH);
  private static final double EPSILON = 1e-6;

  private final Init init;

  private VisionTransformer(Init init) {
    this.init = init;
  }

  static Module base16(Init init, int classes) {
    return new VisionTransformer(init).build(classes);
  }

  private Module build(int classes) {
    try (Tensor token = Init.constant(0, 1, 1, WIDTH);
        ModuleBuilder heads = new ModuleBuilder("torch.nn.modules.container.Sequential");
        ModuleBuilder builder = new ModuleBuilder("graft.VisionTransformer")) {
      builder.parameter("class_token", token);
      double deviation = Math.sqrt(1.0 / (3 * PATCH * PATCH));
      Tensor patches = init.normal(deviation, WIDTH, 3, PATCH, PATCH);
      Layers.add(
          builder, "conv_proj", Layers.conv2d(patches, Init.constant(0, WIDTH), PATCH, 0, 1));
      Layers.add(builder, "encoder", encoder());
      Layers.add(heads, "head", new Layers(init).linear(WIDTH, classes));
      heads.define("def forward(self, input):\n  return self.head.forward(input)");
      Layers.add(builder, "heads", heads.build());
      return builder.define(SOURCE.formatted(IMAGE)).build();
    }
  }

  /** Equations 1 and 4: the token in front of the patches; what became of it are the features. */
  private static final String SOURCE =
      """
      def forward_features(self, x):
        height, width = x.size(2), x.size(3)
        assert height == %1$d and width == %1$d, "This vision transformer takes images of %1$dx%1$d \
      pixels, not of {}x{}: it has an embedding for each position.".format(width, height)
        x = torch.flatten(self.conv_proj.forward(x), 2).permute([0, 2, 1])
        x = torch.cat([self.class_token.expand([x.size(0), -1, -1]), x], 1)
        return torch.select(self.encoder.forward(x), 1, 0)

      def forward_head(self, features):
        return self.heads.forward(features)

      def forward(self, x):
        return self.forward_head(self.forward_features(x))
      """;

  private Module encoder() {
    try (Tensor positions = init.normal(0.02, 1, TOKENS, WIDTH);
        ModuleBuilder layers = new ModuleBuilder("torch.nn.modules.container.Sequential");
        ModuleBuilder builder = new ModuleBuilder("graft.Encoder")) {
      StringBuilder source = new StringBuilder("def forward(self, input):\n");
      for (int i = 0; i < LAYERS; i++) {
        String name = "encoder_layer_" + i;
        Layers.add(layers, name, encoderLayer());
        source.append("  input = self.%s.forward(input)\n".formatted(name));
      }
      layers.define(source.append("  return input\n").toString());
      builder.parameter("pos_embedding", positions);
      Layers.add(builder, "layers", layers.build());
      Layers.add(builder, "ln", Layers.layerNorm(WIDTH, EPSILON));
      return builder
          .define(
              """
              def forward(self, x):
                return self.ln.forward(self.layers.forward(x + self.pos_embedding))
              """)
          .build();
    }
  }

  /** Equations 2 and 3: attention and an MLP, each normalised before and added after. */
  private Module encoderLayer() {
    try (ModuleBuilder builder = new ModuleBuilder("graft.EncoderBlock")) {
      Layers.add(builder, "ln_1", Layers.layerNorm(WIDTH, EPSILON));
      Layers.add(builder, "self_attention", attention());
      Layers.add(builder, "ln_2", Layers.layerNorm(WIDTH, EPSILON));
      Layers.add(builder, "mlp", mlp());
      return builder
          .define(
              """
              def forward(self, x):
                x = self.self_attention.forward(self.ln_1.forward(x)) + x
                return self.mlp.forward(self.ln_2.forward(x)) + x
              """)
          .build();
    }
  }

  /** The Dropouts, whose probability is 0, keep torchvision's numbering. */
  private Module mlp() {
    return Layers.sequential(
        Layers.linear(init.xavierUniform(MLP_WIDTH, WIDTH), init.normal(1e-6, MLP_WIDTH)),
        Activation.GELU.module(),
        Layers.dropout(0),
        Layers.linear(init.xavierUniform(WIDTH, MLP_WIDTH), init.normal(1e-6, WIDTH)),
        Layers.dropout(0));
  }

  /** Appendix A: softmax(QKᵀ / sqrt(d)) V in each head. */
  private Module attention() {
    String type = "torch.nn.modules.activation.MultiheadAttention";
    try (Tensor weight = init.xavierUniform(3 * WIDTH, WIDTH);
        Tensor bias = Init.constant(0, 3 * WIDTH);
        ModuleBuilder builder = new ModuleBuilder(type)) {
      builder.parameter("in_proj_weight", weight).parameter("in_proj_bias", bias);
      Tensor out = init.uniform(1 / Math.sqrt(WIDTH), WIDTH, WIDTH);
      Layers.add(builder, "out_proj", Layers.linear(out, Init.constant(0, WIDTH)));
      return builder
          .define(
              """
              def forward(self, x):
                n, tokens = x.size(0), x.size(1)
                x = torch.linear(x, self.in_proj_weight, self.in_proj_bias)
                x = x.view([n, tokens, 3, %1$d, %2$d]).permute([2, 0, 3, 1, 4])
                x = torch.scaled_dot_product_attention(x[0], x[1], x[2])
                return self.out_proj.forward(x.transpose(1, 2).reshape([n, tokens, %1$d * %2$d]))
              """
                  .formatted(HEADS, WIDTH / HEADS))
          .build();
    }
  }
}
