package dev.graft.train;

import java.util.Locale;

/** A pass over images. */
public enum Phase {
  /** The backbone computes the features that the head is trained on; before the first epoch. */
  FEATURES,
  /** Forward, backward and a step of the optimiser, over the training images. */
  TRAIN,
  /** Forward alone, over the validation images. */
  VAL;

  /**
   * Returns the name used in console lines and files.
   *
   * @return the lower-case name
   */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
