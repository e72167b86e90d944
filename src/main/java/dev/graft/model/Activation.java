package dev.graft.model;

import dev.graft.torch.Module;

/** Non-linearities, with the names of {@code torch.nn}. Those that can overwrite their input do. */
enum Activation {
  RELU("ReLU", "torch.relu_(%s)"),
  RELU6("ReLU6", "torch.relu6_(%s)"),
  HARDSWISH("Hardswish", "torch.hardswish_(%s)"),
  HARDSIGMOID("Hardsigmoid", "torch.hardsigmoid(%s)"),
  SILU("SiLU", "torch.silu_(%s)"),
  SIGMOID("Sigmoid", "torch.sigmoid(%s)"),
  /** With the error function, not its tanh approximation. */
  GELU("GELU", "torch.gelu(%s)");

  private final String className;
  private final String expression;

  Activation(String className, String expression) {
    this.className = className;
    this.expression = expression;
  }

  /** The expression that applies it to another. */
  String of(String input) {
    return expression.formatted(input);
  }

  Module module() {
    return Layers.function("torch.nn.modules.activation." + className, of("input"));
  }
}
