package dev.graft.model;

/**
 * The last layer of a classifier, a Linear whose output is the model's output.
 *
 * @param name dotted path of the layer in the module, such as {@code fc} or {@code classifier.1}
 * @param features width of its input
 * @param classes width of its output
 * @param bias whether it has a bias
 */
public record Head(String name, int features, int classes, boolean bias) {
  /** The parameter that holds the weight, [classes, features]. */
  String weight() {
    return name + ".weight";
  }

  /** The parameter that holds the bias, [classes], where there is one. */
  String biasName() {
    return name + ".bias";
  }

  /** Whether a parameter of the module belongs to the head. */
  boolean owns(String parameter) {
    return parameter.equals(weight()) || (bias && parameter.equals(biasName()));
  }
}
