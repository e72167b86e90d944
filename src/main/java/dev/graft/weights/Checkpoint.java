package dev.graft.weights;

import dev.graft.weights.FileKind.Cures;
import dev.graft.weights.Pickled.Dict;
import dev.graft.weights.Pickled.PyList;
import dev.graft.weights.Pickled.Tuple;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Finds the state dict in what a file of torch.save holds. */
final class Checkpoint {
  /** Where training scripts put the state dict, the commonest first. */
  private static final List<String> WRAPPERS = List.of("state_dict", "model_state_dict", "model");

  /** What nn.DataParallel and torch.compile put before every name. */
  private static final List<String> PREFIXES = List.of("module.", "_orig_mod.");

  /** How much larger than the file its tensors may be together: views share storages. */
  private static final int MAX_RATIO = 4;

  private static final long ALLOWANCE = 64L << 20;

  private Checkpoint() {}

  /** The tensors by name, in the file's order, without prefixes that all names have. */
  static Map<String, StridedTensor> tensors(Path file, long fileSize, Object value) {
    if (!(value instanceof Dict dict)) {
      throw new WeightsException(
          file, "it holds " + describe(value) + ", not a state dict", Cures.STATE_DICT);
    }
    Map<String, StridedTensor> tensors = tensorsIn(unwrap(dict));
    if (tensors.isEmpty()) {
      throw new WeightsException(
          file, "it holds a dict without tensors" + keys(dict), Cures.STATE_DICT);
    }
    requireSaneSize(file, fileSize, tensors);
    for (String prefix : PREFIXES) {
      tensors = withoutPrefix(tensors, prefix);
    }
    return tensors;
  }

  private static Dict unwrap(Dict dict) {
    for (String key : WRAPPERS) {
      if (dict.entries().get(key) instanceof Dict inner && !tensorsIn(inner).isEmpty()) {
        return inner;
      }
    }
    return dict;
  }

  private static Map<String, StridedTensor> tensorsIn(Dict dict) {
    Map<String, StridedTensor> tensors = new LinkedHashMap<>();
    dict.entries()
        .forEach(
            (key, value) -> {
              if (key instanceof String name && value instanceof StridedTensor tensor) {
                tensors.put(name, tensor);
              }
            });
    return tensors;
  }

  private static Map<String, StridedTensor> withoutPrefix(
      Map<String, StridedTensor> tensors, String prefix) {
    if (!tensors.keySet().stream().allMatch(name -> name.startsWith(prefix))) {
      return tensors;
    }
    Map<String, StridedTensor> stripped = new LinkedHashMap<>();
    tensors.forEach((name, tensor) -> stripped.put(name.substring(prefix.length()), tensor));
    return stripped;
  }

  private static void requireSaneSize(
      Path file, long fileSize, Map<String, StridedTensor> tensors) {
    long bytes = tensors.values().stream().mapToLong(StridedTensor::byteSize).sum();
    if (bytes > fileSize * MAX_RATIO + ALLOWANCE) {
      throw new WeightsException(
          file,
          "its " + fileSize + " bytes claim to hold tensors of " + bytes + " bytes",
          Unpickler.HOSTILE);
    }
  }

  private static String keys(Dict dict) {
    List<String> names =
        dict.entries().keySet().stream()
            .filter(String.class::isInstance)
            .limit(5)
            .map(key -> Printable.of((String) key))
            .toList();
    return names.isEmpty() ? "" : " (its keys: " + String.join(", ", names) + ")";
  }

  private static String describe(Object value) {
    if (value instanceof StridedTensor) {
      return "one tensor";
    } else if (value instanceof PyList || value instanceof Tuple) {
      return "a list";
    }
    return "a single value";
  }
}
