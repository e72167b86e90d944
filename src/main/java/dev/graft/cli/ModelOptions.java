package dev.graft.cli;

import dev.graft.model.Freeze;
import dev.graft.model.Freezing;
import dev.graft.model.Pretrained;
import dev.graft.torch.Device;
import dev.graft.torch.Precision;
import dev.graft.train.RunConfig.ModelConfig;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of {@code graft train} about the network. */
final class ModelOptions {
  @Option(
      names = "--weights",
      paramLabel = "FILE|NAME",
      required = true,
      description =
          "What to start from: a TorchScript classifier or an earlier run's model.pt; a state dict of"
              + " torch.save or safetensors; an official name such as resnet18, looked for where"
              + " Python keeps it (TORCH_HOME) and else downloaded; or embedded, a small network in"
              + " graft itself that learned from drawings. A file of that name comes first.")
  private String weights;

  @Option(
      names = "--arch",
      paramLabel = "NAME",
      showDefaultValue = Visibility.NEVER,
      description = "What a state dict must be of, such as resnet18; found by itself if not given.")
  private @Nullable String arch;

  @Option(
      names = "--freeze",
      description = {
        "none: fine-tune everything; backbone: train the new head alone;",
        "features: the same with BatchNorm fixed too, so that the backbone runs only once an image."
      })
  private Freeze freeze = Freeze.NONE;

  @Option(
      names = "--trainable",
      paramLabel = "NAMES",
      split = ",",
      showDefaultValue = Visibility.NEVER,
      description = "Train only parameters of these names, such as 'layer4.*,fc.*'.")
  private List<String> trainable = List.of();

  @Option(
      names = "--unfreeze-at",
      paramLabel = "EPOCH",
      showDefaultValue = Visibility.NEVER,
      description = "Train everything from this epoch on, counted from 0.")
  private @Nullable Integer unfreezeAt;

  @Option(
      names = "--freeze-batchnorm",
      description = "Keep BatchNorm's statistics, weights and biases, and use them in training.")
  private boolean freezeBatchNorm;

  @Option(
      names = "--image-size",
      paramLabel = "PIXELS",
      showDefaultValue = Visibility.NEVER,
      description = "Side of the network's input; by default 224, or what FILE was trained with.")
  private @Nullable Integer imageSize;

  @Option(
      names = "--views",
      description = "With --freeze features: fixed views of each image, the first unaugmented.")
  private int views = 1;

  @Option(
      names = "--head",
      paramLabel = "NAME",
      showDefaultValue = Visibility.NEVER,
      description = "Layer to replace; found by itself if not given.")
  private @Nullable String head;

  @Mixin private final ComputeOptions compute = new ComputeOptions();

  /** Finds the weights, downloading them if need be. */
  Pretrained weights(BooleanSupplier stop) {
    return WeightsSource.find(weights, arch, stop);
  }

  @Nullable Integer unfreezeAt() {
    return unfreezeAt;
  }

  Precision precision() {
    return compute.precision();
  }

  Device device() {
    return compute.device();
  }

  ModelConfig config(Pretrained from) {
    var freezing = new Freezing(freeze, trainable, unfreezeAt != null, freezeBatchNorm);
    int size = imageSize == null ? from.preprocessing().imageSize() : imageSize;
    return new ModelConfig(freezing, views, head, size);
  }
}
