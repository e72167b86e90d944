package dev.graft.cli;

import dev.graft.model.ModelException;
import dev.graft.model.Pretrained;
import dev.graft.torch.Printable;
import dev.graft.weights.StateDictFile;
import dev.graft.weights.StoredStateDict;
import dev.graft.weights.WeightsFormat;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@code graft inspect} shows of a state dict.
 *
 * @param format how it is stored
 * @param architecture the label of the one it fits, or null
 * @param misfit why it fits none; empty if it fits one
 * @param dropped what else is in the file
 * @param metadata safetensors' notes
 * @param tensors in the file's order
 */
record StateDictListing(
    WeightsFormat format,
    @Nullable String architecture,
    String misfit,
    List<String> dropped,
    Map<String, String> metadata,
    List<Entry> tensors) {

  /**
   * One tensor.
   *
   * @param name fit to print
   * @param shape its sizes
   * @param dtype such as float32
   */
  record Entry(String name, List<Long> shape, String dtype) {}

  static StateDictListing of(Path file) {
    try (StoredStateDict state = StateDictFile.read(file)) {
      String architecture = null;
      String misfit = "";
      try {
        architecture = Pretrained.of(file).architecture().orElseThrow().label();
      } catch (ModelException e) {
        misfit = String.valueOf(e.getMessage());
      }
      Map<String, String> metadata = new LinkedHashMap<>();
      state.metadata().forEach((k, v) -> metadata.put(Printable.of(k), Printable.of(v)));
      List<Entry> tensors =
          state.tensors().entrySet().stream()
              .map(
                  e ->
                      new Entry(
                          Printable.of(e.getKey()),
                          e.getValue().shape(),
                          e.getValue().type().dtypeName()))
              .toList();
      return new StateDictListing(
          state.format(), architecture, misfit, state.dropped(), metadata, tensors);
    }
  }

  String text() {
    StringBuilder text = new StringBuilder();
    String kind =
        switch (format) {
          case SAFETENSORS -> "safetensors";
          case TORCH_LEGACY -> "torch.save before PyTorch 1.6";
          case TORCH_ZIP -> "torch.save";
          case TORCHSCRIPT -> throw new IllegalStateException("TorchScript is no state dict");
        };
    text.append("state dict of %d tensors (%s)%n".formatted(tensors.size(), kind));
    text.append("architecture: ")
        .append(architecture == null ? "none. " + misfit : architecture)
        .append(System.lineSeparator());
    if (!dropped.isEmpty()) {
      text.append("also in the file: %s%n".formatted(String.join(", ", dropped)));
    }
    if (!metadata.isEmpty()) {
      text.append("metadata: %s%n".formatted(metadata));
    }
    for (Entry entry : tensors) {
      text.append(
          String.format(
              Locale.ROOT, "%n%-50s %-18s %s", entry.name(), entry.shape(), entry.dtype()));
    }
    return text.toString();
  }

  Map<String, @Nullable Object> toMap() {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("format", format.name().toLowerCase(Locale.ROOT));
    map.put("architecture", architecture);
    map.put("dropped", dropped);
    map.put("metadata", metadata);
    map.put("tensors", tensors);
    return map;
  }
}
