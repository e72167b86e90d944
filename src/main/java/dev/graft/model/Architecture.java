package dev.graft.model;

import dev.graft.image.Preprocessing;
import dev.graft.torch.Module;
import dev.graft.weights.TorchScriptFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The image classifiers that graft builds without a file: TorchScript compiled from code that was
 * written after each one's paper. Parameters and buffers have torchvision's names, order and shapes
 * ({@link #RESNET18_W16}'s all but the shapes), so its state dicts fit.
 *
 * <p>Every module has, besides {@code forward} ([N,3,H,W] to logits [N,classes]), {@code
 * forward_features} (to [N,{@link #features()}], the input of the head) and {@code forward_head}
 * (from those to the logits). {@code forward} is exactly the one after the other. Where the head
 * follows a Dropout, that belongs to {@code forward_head}: features are the same in both modes but
 * for BatchNorm and stochastic depth.
 *
 * <p>Names, sizes and resizes are those of torchvision 0.25 and its IMAGENET1K_V1 weights; the
 * newer IMAGENET1K_V2 ones of resnet50, resnet101 and the MobileNets were evaluated with a resize
 * to 232. Those of RESNET18_W16, which torchvision does not have, are {@link
 * Pretrained#embedded}'s.
 */
public enum Architecture {
  /** He et al. 2015, <a href="https://arxiv.org/abs/1512.03385">arXiv 1512.03385</a>, 18 layers. */
  RESNET18("fc", 512, 256),
  /** He et al. 2015, 34 layers. */
  RESNET34("fc", 512, 256),
  /** He et al. 2015, 50 layers, with the stride in the 3x3 convolutions as in torchvision. */
  RESNET50("fc", 2048, 256),
  /** He et al. 2015, 101 layers, with the stride in the 3x3 convolutions as in torchvision. */
  RESNET101("fc", 2048, 256),
  /** Sandler et al. 2018, <a href="https://arxiv.org/abs/1801.04381">arXiv 1801.04381</a>. */
  MOBILENET_V2("classifier.1", MobileNetV2.FEATURES, 256),
  /** Howard et al. 2019, <a href="https://arxiv.org/abs/1905.02244">arXiv 1905.02244</a>. */
  MOBILENET_V3_LARGE("classifier.3", MobileNetV3.FEATURES, 256),
  /**
   * Tan and Le 2019, <a href="https://arxiv.org/abs/1905.11946">arXiv 1905.11946</a>. torchvision
   * resizes its images bicubically; graft resizes bilinearly.
   */
  EFFICIENTNET_B0("classifier.1", EfficientNet.FEATURES, 256),
  /** Liu et al. 2022, <a href="https://arxiv.org/abs/2201.03545">arXiv 2201.03545</a>. */
  CONVNEXT_TINY("classifier.2", 768, 236),
  /**
   * Dosovitskiy et al. 2020, <a href="https://arxiv.org/abs/2010.11929">arXiv 2010.11929</a>; takes
   * images of 224x224 only.
   */
  VIT_B_16("heads.head", VisionTransformer.WIDTH, 256),
  /**
   * {@link #RESNET18} with a quarter of the channels everywhere, 16 in the stem and 128 features:
   * 702,096 parameters beside the head. Takes images of 96x96.
   */
  RESNET18_W16("fc", 128, 96, 110);

  /** Side file in TorchScript whose architecture is known: its label. */
  private static final String SIDE_FILE = "architecture.txt";

  private final String headName;
  private final int features;
  private final int imageSize;
  private final int evalResize;

  /** One of torchvision's, of ImageNet's usual image size. */
  Architecture(String headName, int features, int evalResize) {
    this(headName, features, 224, evalResize);
  }

  Architecture(String headName, int features, int imageSize, int evalResize) {
    this.headName = headName;
    this.features = features;
    this.imageSize = imageSize;
    this.evalResize = evalResize;
  }

  /**
   * Finds an architecture by its name.
   *
   * @param name torchvision's, such as {@code resnet18}
   * @return the architecture
   * @throws IllegalArgumentException if there is none of that name; the message lists all
   */
  public static Architecture of(String name) {
    return Arrays.stream(values())
        .filter(architecture -> architecture.label().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "No architecture \"" + name + "\"; there are: " + labels() + "."));
  }

  static String labels() {
    return Arrays.stream(values()).map(Architecture::label).collect(Collectors.joining(", "));
  }

  /**
   * Returns the name, torchvision's where it has the network, used on the command line and in
   * files.
   *
   * @return such as {@code resnet18}
   */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** What TorchScript of this architecture has beside its code, to be known again. */
  Map<String, byte[]> toExtraFiles() {
    return Map.of(SIDE_FILE, label().getBytes(StandardCharsets.UTF_8));
  }

  /** The architecture that a TorchScript file says it is of, or null. */
  static @Nullable Architecture noted(Path file) {
    String label = TorchScriptFile.readExtra(file, SIDE_FILE).orElse("");
    return Arrays.stream(values())
        .filter(architecture -> architecture.label().equals(label))
        .findFirst()
        .orElse(null);
  }

  /**
   * Builds the module with fresh weights, drawn as torchvision draws them but from the seed alone,
   * not from libtorch's generator; those of all but the head do not depend on the number of
   * classes.
   *
   * @param classes the number of logits, at least 1
   * @param seed decides the weights
   * @return the module in training mode, every parameter trainable, on the CPU; owned by the caller
   * @throws IllegalArgumentException if there is no class
   */
  public Module build(int classes, long seed) {
    return build(classes, Init.seeded(seed));
  }

  /**
   * Builds the module without drawing weights, to be filled from a state dict: what {@link #build}
   * draws is zero.
   *
   * @param classes the number of logits, at least 1
   * @return the module in training mode, every parameter trainable, on the CPU; owned by the caller
   * @throws IllegalArgumentException if there is no class
   */
  public Module buildEmpty(int classes) {
    return build(classes, Init.zeros());
  }

  private Module build(int classes, Init init) {
    if (classes < 1) {
      throw new IllegalArgumentException("A classifier needs at least 1 class, not " + classes);
    }
    return switch (this) {
      case RESNET18 -> ResNet.ofBasicBlocks(init, classes, 2, 2, 2, 2);
      case RESNET34 -> ResNet.ofBasicBlocks(init, classes, 3, 4, 6, 3);
      case RESNET50 -> ResNet.ofBottlenecks(init, classes, 3, 4, 6, 3);
      case RESNET101 -> ResNet.ofBottlenecks(init, classes, 3, 4, 23, 3);
      case MOBILENET_V2 -> MobileNetV2.build(init, classes);
      case MOBILENET_V3_LARGE -> MobileNetV3.build(init, classes);
      case EFFICIENTNET_B0 -> EfficientNet.b0(init, classes);
      case CONVNEXT_TINY -> ConvNeXt.tiny(init, classes);
      case VIT_B_16 -> VisionTransformer.base16(init, classes);
      case RESNET18_W16 -> ResNet.narrow18(init, 16, classes);
    };
  }

  /**
   * Returns the dotted name of the head, the last Linear.
   *
   * @return such as {@code fc}
   */
  public String headName() {
    return headName;
  }

  /**
   * Returns the width of the head's input.
   *
   * @return F of {@code forward_features}' [N, F]
   */
  public int features() {
    return features;
  }

  /**
   * Returns the width and height of the images that the architecture was published with.
   *
   * @return 224 pixels; 96 for {@link #RESNET18_W16}
   */
  public int defaultImageSize() {
    return imageSize;
  }

  /**
   * Tells whether the network takes images of a size.
   *
   * @param imageSize width and height, in pixels, at least 32
   * @return true, unless it has an embedding for each position and this is not its size
   */
  public boolean takes(int imageSize) {
    return this != VIT_B_16 || imageSize == defaultImageSize();
  }

  /**
   * Returns the length of the shorter edge before the evaluation crop of {@link
   * #defaultImageSize()}.
   *
   * @return in pixels
   */
  public int evalResize() {
    return evalResize;
  }

  /**
   * Returns the preprocessing of the published weights: {@link #defaultImageSize()}, {@link
   * #evalResize()}, ImageNet's means and deviations.
   *
   * @return the preprocessing
   */
  public Preprocessing preprocessing() {
    Preprocessing imagenet = Preprocessing.imagenet(defaultImageSize());
    return new Preprocessing(defaultImageSize(), evalResize, imagenet.mean(), imagenet.std());
  }
}
