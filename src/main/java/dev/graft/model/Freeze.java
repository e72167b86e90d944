package dev.graft.model;

import java.util.Locale;

/** Which part of a classifier keeps its weights during training. */
public enum Freeze {
  /** Nothing: fine-tunes every parameter. */
  NONE,
  /**
   * Every parameter but the head's, as in PyTorch's tutorial: {@code requires_grad} is false and
   * the optimiser gets the head alone. BatchNorm stays in training mode, so its running statistics
   * move.
   */
  BACKBONE,
  /**
   * Every parameter and every buffer but the head's: the backbone runs in evaluation mode, once an
   * image, and the head trains on its features.
   */
  FEATURES;

  /**
   * Returns the name used on the command line and in files.
   *
   * @return the lower-case name
   */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
