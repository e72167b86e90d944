package dev.graft.model;

import dev.graft.torch.DType;
import dev.graft.torch.Printable;
import dev.graft.weights.StoredTensor;
import dev.graft.weights.StoredType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * How stored tensors differ from what an architecture has. A missing {@code num_batches_tracked} is
 * no difference: files written before PyTorch 0.4.1 have none, and it counts for nothing.
 *
 * @param missing names that the module has and the file has not
 * @param unexpected names that the file has and the module has not, fit to print
 * @param unlike names of another shape or type, with both
 */
public record KeyDifferences(List<String> missing, List<String> unexpected, List<String> unlike) {
  private static final String TOLERATED = ".num_batches_tracked";

  /** How many names of each kind a message lists. */
  private static final int MAX_LISTED = 5;

  /**
   * Copies the names.
   *
   * @param missing names that the module has and the file has not
   * @param unexpected names that the file has and the module has not
   * @param unlike names of another shape or type, with both
   */
  public KeyDifferences {
    missing = List.copyOf(missing);
    unexpected = List.copyOf(unexpected);
    unlike = List.copyOf(unlike);
  }

  static KeyDifferences between(Map<String, Layout> expected, Map<String, StoredTensor> stored) {
    List<String> missing = new ArrayList<>();
    List<String> unlike = new ArrayList<>();
    expected.forEach(
        (name, layout) -> {
          StoredTensor mine = stored.get(name);
          if (mine == null) {
            if (!name.endsWith(TOLERATED)) {
              missing.add(name);
            }
          } else if (!mine.shape().equals(layout.shape())) {
            unlike.add(name + " is " + mine.shape() + " instead of " + layout.shape());
          } else if (!convertible(mine.type(), layout.dtype())) {
            String wanted = layout.dtype().name().toLowerCase(Locale.ROOT);
            unlike.add(name + " is " + mine.type().dtypeName() + " instead of " + wanted);
          }
        });
    List<String> unexpected =
        stored.keySet().stream()
            .filter(name -> !expected.containsKey(name))
            .map(Printable::of)
            .toList();
    return new KeyDifferences(missing, unexpected, unlike);
  }

  private static boolean convertible(StoredType from, DType to) {
    return to.isFloatingPoint() ? isFloatingPoint(from) : from.name().equals(to.name());
  }

  static boolean isFloatingPoint(StoredType type) {
    return switch (type) {
      case FLOAT64, FLOAT32, FLOAT16, BFLOAT16 -> true;
      case INT64, INT32, INT16, INT8, UINT8, BOOL -> false;
    };
  }

  /**
   * Counts the differences.
   *
   * @return 0 if the tensors fit
   */
  public int count() {
    return missing.size() + unexpected.size() + unlike.size();
  }

  /** The differences in words: names by kind, long lists shortened. */
  String shortText() {
    return text(MAX_LISTED);
  }

  /** Whether {@link #shortText} leaves something out. */
  boolean isShortened() {
    return Stream.of(missing, unexpected, unlike).anyMatch(names -> names.size() > MAX_LISTED);
  }

  /**
   * Puts the differences in words.
   *
   * @return names by kind, all of them
   */
  public String text() {
    return text(Integer.MAX_VALUE);
  }

  private String text(int most) {
    List<String> parts = new ArrayList<>();
    add(parts, "missing", missing, most);
    add(parts, "unexpected", unexpected, most);
    add(parts, "of another shape or type", unlike, most);
    return String.join("; ", parts);
  }

  private static void add(List<String> parts, String what, List<String> names, int most) {
    if (!names.isEmpty()) {
      int listed = Math.min(most, names.size());
      String rest = listed < names.size() ? " and " + (names.size() - listed) + " more" : "";
      String list = String.join(", ", names.subList(0, listed));
      parts.add("%s (%d): %s%s".formatted(what, names.size(), list, rest));
    }
  }
}
