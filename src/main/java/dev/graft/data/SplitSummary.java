package dev.graft.data;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/**
 * What the images of one split are like.
 *
 * @param name train, val or test
 * @param classSizes images of each class that can be decoded, in the order of the classes
 * @param widths in pixels, of the images as they are in their files
 * @param heights in pixels
 * @param fileBytes sizes of the files
 * @param formats how many files are of each format, such as jpeg, by their content
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record SplitSummary(
    String name,
    List<Integer> classSizes,
    Spread widths,
    Spread heights,
    Spread fileBytes,
    Map<String, Integer> formats) {
  /**
   * The smallest, the middle and the largest of some numbers; 0 where there are none.
   *
   * @param smallest of them
   * @param median the lower of two in the middle
   * @param largest of them
   */
  public record Spread(long smallest, long median, long largest) {
    private static Spread of(List<CheckedFile> files, ToLongFunction<CheckedFile> number) {
      long[] sorted = files.stream().mapToLong(number).sorted().toArray();
      return sorted.length == 0
          ? new Spread(0, 0, 0)
          : new Spread(sorted[0], sorted[(sorted.length - 1) / 2], sorted[sorted.length - 1]);
    }
  }

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
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(widths, "widths");
    Objects.requireNonNull(heights, "heights");
    Objects.requireNonNull(fileBytes, "fileBytes");
    classSizes = List.copyOf(classSizes);
    formats = Collections.unmodifiableMap(new TreeMap<>(formats));
  }

  /** Sums up the files of a split that were decoded. */
  static SplitSummary of(String name, int classes, List<CheckedFile> readable) {
    var sizes = new Integer[classes];
    Arrays.fill(sizes, 0);
    readable.forEach(file -> sizes[file.sample().label()]++);
    return new SplitSummary(
        name,
        List.of(sizes),
        Spread.of(readable, file -> FileFindings.facts(file).width()),
        Spread.of(readable, file -> FileFindings.facts(file).height()),
        Spread.of(readable, CheckedFile::bytes),
        readable.stream()
            .collect(
                Collectors.groupingBy(
                    file -> FileFindings.facts(file).format(), Collectors.summingInt(file -> 1))));
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
