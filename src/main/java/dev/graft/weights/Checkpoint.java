package dev.graft.weights;

import dev.graft.weights.FileKind.Cures;
import dev.graft.weights.Pickled.Dict;
import dev.graft.weights.Pickled.Plain;
import dev.graft.weights.Pickled.PyList;
import dev.graft.weights.Pickled.Tuple;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The state dict in what a file of torch.save holds, and what else is there.
 *
 * @param tensors by name, in the file's order, without prefixes that all names have
 * @param dropped what is not among the tensors, in the file's order, fit to print
 */
record Checkpoint(Map<String, StridedTensor> tensors, List<String> dropped) {
  /**
   * Where training scripts put the state dict, the commonest first: the scripts of PyTorch and
   * Lightning, the tutorials, the scripts of torchvision, those for CIFAR. Averaged weights ({@code
   * model_ema} and the like) are not among them: their names differ, and they stand beside a model.
   */
  private static final List<String> WRAPPERS =
      List.of("state_dict", "model_state_dict", "model", "net");

  /** How much larger than the file its tensors may be together: views share storages. */
  private static final int MAX_RATIO = 4;

  private static final long ALLOWANCE = 64L << 20;

  /** Finds the state dict. */
  static Checkpoint of(Path file, long fileSize, Object value) {
    if (!(value instanceof Dict dict)) {
      throw new WeightsException(
          file, "it holds " + describe(value) + ", not a state dict", Cures.STATE_DICT);
    }
    Optional<String> wrapper = wrapper(dict);
    Dict inner = wrapper.map(key -> (Dict) dict.entries().get(key)).orElse(dict);
    Map<String, StridedTensor> tensors = tensorsIn(inner);
    if (tensors.isEmpty()) {
      throw new WeightsException(
          file, "it holds a dict without " + lacking(dict), Cures.STATE_DICT);
    }
    requireSaneSize(file, fileSize, tensors);
    int prefix = NamePrefix.length(tensors.keySet());
    Map<String, StridedTensor> named = new LinkedHashMap<>();
    tensors.forEach((name, tensor) -> named.put(name.substring(prefix), tensor));
    return new Checkpoint(named, dropped(dict, inner, wrapper));
  }

  private static Optional<String> wrapper(Dict dict) {
    return WRAPPERS.stream()
        .filter(key -> dict.entries().get(key) instanceof Dict inner && !tensorsIn(inner).isEmpty())
        .findFirst();
  }

  /**
   * The keys of a checkpoint beside its state dict, and those in the state dict that no tensor has.
   */
  private static List<String> dropped(Dict dict, Dict inner, Optional<String> wrapper) {
    List<String> dropped = new ArrayList<>();
    wrapper.ifPresent(
        taken ->
            dict.entries().keySet().stream()
                .filter(key -> !key.equals(taken))
                .forEach(key -> dropped.add(show(key))));
    inner
        .entries()
        .forEach(
            (key, value) -> {
              if (!isTensor(key, value)) {
                dropped.add(wrapper.map(w -> w + "[" + show(key) + "]").orElse(show(key)));
              }
            });
    return List.copyOf(dropped);
  }

  private static boolean isTensor(Object key, Object value) {
    return key instanceof String && value instanceof StridedTensor;
  }

  /** A key as Python would show it, where it is one that scripts use. */
  private static String show(Object key) {
    if (key instanceof Tuple) {
      return "a tuple";
    } else if (key == Plain.NONE) {
      return "None";
    } else if (key instanceof String || key instanceof Number || key instanceof Boolean) {
      return Printable.of(key.toString());
    }
    return "an object";
  }

  private static Map<String, StridedTensor> tensorsIn(Dict dict) {
    Map<String, StridedTensor> tensors = new LinkedHashMap<>();
    dict.entries()
        .forEach(
            (key, value) -> {
              if (isTensor(key, value)) {
                tensors.put((String) key, (StridedTensor) value);
              }
            });
    return tensors;
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

  private static String lacking(Dict dict) {
    if (dict.entries().values().stream().anyMatch(StridedTensor.class::isInstance)) {
      return "names: its tensors' keys are no text";
    }
    List<String> names = dict.entries().keySet().stream().limit(5).map(Checkpoint::show).toList();
    return "tensors" + (names.isEmpty() ? "" : " (its keys: " + String.join(", ", names) + ")");
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
