package dev.graft.weights;

import java.util.Arrays;
import java.util.Optional;

/**
 * The files of torchvision's {@code IMAGENET1K_V1} weights, as {@code get_model_weights} of
 * torchvision 0.25 names them. The eight hex digits begin the file's SHA-256.
 */
enum HubWeights {
  RESNET18("resnet18", "resnet18-f37072fd.pth"),
  RESNET34("resnet34", "resnet34-b627a593.pth"),
  RESNET50("resnet50", "resnet50-0676ba61.pth"),
  RESNET101("resnet101", "resnet101-63fe2227.pth"),
  MOBILENET_V2("mobilenet_v2", "mobilenet_v2-b0353104.pth"),
  MOBILENET_V3_LARGE("mobilenet_v3_large", "mobilenet_v3_large-8738ca79.pth"),
  EFFICIENTNET_B0("efficientnet_b0", "efficientnet_b0_rwightman-7f5810bc.pth"),
  CONVNEXT_TINY("convnext_tiny", "convnext_tiny-983f1562.pth"),
  VIT_B_16("vit_b_16", "vit_b_16-c867db91.pth");

  private final String modelName;
  private final String fileName;

  HubWeights(String modelName, String fileName) {
    this.modelName = modelName;
    this.fileName = fileName;
  }

  String modelName() {
    return modelName;
  }

  String fileName() {
    return fileName;
  }

  static Optional<HubWeights> of(String modelName) {
    return Arrays.stream(values()).filter(w -> w.modelName.equals(modelName)).findFirst();
  }
}
