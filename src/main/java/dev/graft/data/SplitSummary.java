package dev.graft.data;

import java.util.List;
import java.util.Map;

/**
 * What the images of one split are like.
 *
 * @param name train, val or test
 * @param classSizes images of each class, in the order of the classes
 * @param widths in pixels, as decoded
 * @param heights in pixels, as decoded
 * @param fileBytes sizes of the files
 * @param formats how many files are of each format, such as jpeg, by their content
 */
public record SplitSummary(
    String name,
    List<Integer> classSizes,
    Spread widths,
    Spread heights,
    Spread fileBytes,
    Map<String, Integer> formats) {
  /**
   * The smallest, the middle and the largest of some numbers.
   *
   * @param smallest of them
   * @param median the lower of two in the middle
   * @param largest of them
   */
  public record Spread(long smallest, long median, long largest) {}

  /**
   * Copies the collections.
   *
   * @param name train, val or test
   * @param classSizes images of each class
   * @param widths in pixels
   * @param heights in pixels
   * @param fileBytes sizes of the files
   * @param formats how many files are of each format
   */
  public SplitSummary {
    classSizes = List.copyOf(classSizes);
    formats = java.util.Collections.unmodifiableMap(new java.util.TreeMap<>(formats));
  }

  /**
   * Counts the images.
   *
   * @return of all classes
   */
  public int images() {
    return classSizes.stream().mapToInt(Integer::intValue).sum();
  }
}
