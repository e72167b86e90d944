package dev.graft.model;

import dev.graft.torch.Module;
import dev.graft.torch.Printable;
import dev.graft.torch.Tensor;
import java.util.Arrays;
import java.util.Map;

/**
 * The last layer of a classifier, a Linear whose output is the model's output.
 *
 * @param name dotted path of the layer in the module, such as {@code fc} or {@code classifier.1}
 * @param features width of its input, at least 1
 * @param classes width of its output, at least 1
 * @param bias whether it has a bias
 */
public record Head(String name, int features, int classes, boolean bias) {
  /**
   * Checks the name and the sizes.
   *
   * @param name dotted path of the layer in the module, such as {@code fc} or {@code classifier.1}
   * @param features width of its input, at least 1
   * @param classes width of its output, at least 1
   * @param bias whether it has a bias
   * @throws IllegalArgumentException if the name is blank or a size is not positive
   */
  public Head {
    if (name.isBlank()) {
      throw new IllegalArgumentException("the head has no name");
    }
    if (features < 1 || classes < 1) {
      throw new IllegalArgumentException(
          "the head has " + features + " features and " + classes + " classes");
    }
  }

  /**
   * Checks that a module has this layer.
   *
   * @throws IllegalArgumentException if it has no such parameters, or of other shapes
   */
  void requireIn(Module module) {
    Map<String, Tensor> parameters = module.namedParameters();
    Tensor weight = parameters.get(weight());
    if (weight == null || parameters.containsKey(biasName()) != bias) {
      throw new IllegalArgumentException(
          "the model has no layer "
              + Printable.of(name)
              + (bias ? " with a bias" : " without a bias")
              + " to be its head");
    }
    long[] shape = {classes, features};
    if (!Arrays.equals(weight.shape(), shape)) {
      throw new IllegalArgumentException(
          Printable.of(weight())
              + " is "
              + Arrays.toString(weight.shape())
              + " instead of "
              + Arrays.toString(shape));
    }
  }

  /**
   * Names its weight.
   *
   * @return the dotted name of the parameter, [classes, features]
   */
  public String weight() {
    return name + ".weight";
  }

  /**
   * Names its bias.
   *
   * @return the dotted name of the parameter, [classes]; there is one only if {@link #bias()}
   */
  public String biasName() {
    return name + ".bias";
  }

  /** Whether a parameter of the module belongs to the head. */
  boolean owns(String parameter) {
    return parameter.equals(weight()) || (bias && parameter.equals(biasName()));
  }
}
