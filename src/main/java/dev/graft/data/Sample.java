package dev.graft.data;

import java.nio.file.Path;
import java.util.Objects;

/**
 * One image file and the index of its class.
 *
 * @param path the image file
 * @param label the index of its class in {@link ImageFolder#classes()}, from 0
 */
public record Sample(Path path, int label) {
  /**
   * Validates.
   *
   * @param path the image file
   * @param label the index of its class, from 0
   * @throws IllegalArgumentException if the label is negative
   */
  public Sample {
    Objects.requireNonNull(path, "path");
    if (label < 0) {
      throw new IllegalArgumentException("label must be 0 or more: " + label);
    }
  }
}
