package dev.graft.cli;

import dev.graft.model.Card;
import dev.graft.model.Freeze;
import dev.graft.model.Freezing;
import dev.graft.torch.Device;
import dev.graft.train.RunConfig.ModelConfig;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Option;

/** Options of {@code graft train} about the network. */
final class ModelOptions {
  @Option(
      names = "--weights",
      paramLabel = "FILE",
      required = true,
      description = "TorchScript classifier to start from, or an earlier run's model.pt.")
  private Path weights;

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

  @Option(names = "--device", description = "cpu, cuda, cuda:N or auto.")
  private String device = "auto";

  Path weights() {
    return weights;
  }

  @Nullable Integer unfreezeAt() {
    return unfreezeAt;
  }

  Device device() {
    return Device.parse(device);
  }

  ModelConfig config() {
    var freezing = new Freezing(freeze, trainable, unfreezeAt != null, freezeBatchNorm);
    int size = imageSize == null ? Card.imageSize(weights).orElse(224) : imageSize;
    return new ModelConfig(freezing, views, head, size);
  }
}
