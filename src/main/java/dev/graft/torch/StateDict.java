package dev.graft.torch;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A deep copy of a module's parameters and buffers by name, as {@code
 * copy.deepcopy(model.state_dict())}. Buffers belong to it: without BatchNorm's running statistics
 * the restored weights would be another model.
 */
public final class StateDict implements AutoCloseable {
  private final Map<String, Tensor> tensors;

  private StateDict(Map<String, Tensor> tensors) {
    this.tensors = tensors;
  }

  /**
   * Copies a module's present state.
   *
   * @param module the module; it keeps its own tensors
   * @return the copy, owned by the caller
   */
  public static StateDict copyOf(Module module) {
    var copies = new StateDict(new LinkedHashMap<>());
    try {
      module.state().forEach((name, tensor) -> copies.tensors.put(name, tensor.copy()));
      return copies;
    } catch (Throwable e) {
      copies.close();
      throw e;
    }
  }

  /**
   * Returns the tensors by name, parameters first, each in order of registration.
   *
   * @return an unmodifiable view of tensors that this object owns
   */
  public Map<String, Tensor> tensors() {
    return Collections.unmodifiableMap(tensors);
  }

  /**
   * Copies this state into a module, in place. Nothing is changed unless names and shapes are
   * exactly the module's.
   *
   * @param module the target
   * @throws IllegalArgumentException listing every missing, unexpected and wrongly shaped name
   */
  public void loadInto(Module module) {
    Map<String, Tensor> target = module.state();
    requireSameKeys(target);
    target.forEach((name, tensor) -> tensor.copyFrom(requireNonNull(tensors.get(name))));
  }

  private void requireSameKeys(Map<String, Tensor> target) {
    List<String> problems = new ArrayList<>();
    target.forEach(
        (name, tensor) -> {
          Tensor mine = tensors.get(name);
          if (mine == null) {
            problems.add("missing " + name);
          } else if (!Arrays.equals(mine.shape(), tensor.shape())) {
            problems.add(
                name
                    + " is "
                    + Arrays.toString(mine.shape())
                    + " instead of "
                    + Arrays.toString(tensor.shape()));
          }
        });
    tensors.keySet().stream()
        .filter(name -> !target.containsKey(name))
        .forEach(name -> problems.add("unexpected " + name));
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(
          "The state dict does not fit the module: " + String.join(", ", problems) + ".");
    }
  }

  /** Frees the copies. Harmless when done before. */
  @Override
  public void close() {
    tensors.values().forEach(Tensor::close);
  }
}
