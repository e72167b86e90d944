package dev.graft.cli;

import dev.graft.model.Architecture;
import dev.graft.model.StateDictFit;
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
 * @param fit the architecture it fits, or the nearest
 * @param dropped what else is in the file
 * @param metadata safetensors' notes
 * @param tensors in the file's order
 */
record StateDictListing(
    WeightsFormat format,
    StateDictFit fit,
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
          state.format(), StateDictFit.of(state.tensors()), state.dropped(), metadata, tensors);
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
    text.append("architecture: %s%n".formatted(describe(fit)));
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

  private static String describe(StateDictFit fit) {
    Architecture nearest = fit.nearest();
    if (nearest == null) {
      return "none; the names are those of none that graft has";
    }
    return fit.architecture().isPresent()
        ? nearest.label()
        : "none; the nearest is " + nearest.label() + ". Names " + fit.differences().text();
  }

  Map<String, @Nullable Object> toMap() {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("format", format.name().toLowerCase(Locale.ROOT));
    map.put("architecture", fit.architecture().map(Architecture::label).orElse(null));
    map.put("nearest", fit.nearest() == null ? null : fit.nearest().label());
    map.put("differences", fit.differences());
    map.put("dropped", dropped);
    map.put("metadata", metadata);
    map.put("tensors", tensors);
    return map;
  }
}
