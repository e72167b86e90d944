package dev.graft.data;

import dev.graft.data.DataFinding.Kind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Classes with too few images. */
final class ClassFindings {
  /**
   * How many times as many images the largest class of training has as a small one. That this ratio
   * harms what a network learns of the small class is what Buda, Maki and Mazurowski find, <a
   * href="https://arxiv.org/abs/1710.05381">A Systematic Study of the Class Imbalance Problem</a>,
   * 2018. Where it begins to matter depends on the data; 10 is graft's choice: whoever answers with
   * the large class alone is right ten times of eleven.
   */
  static final int RATIO = 10;

  private static final int NAMED = 5;

  private ClassFindings() {}

  /**
   * Finds them.
   *
   * @param splits by the images that can be decoded, train first
   */
  static List<DataFinding> of(List<String> classes, List<SplitSummary> splits) {
    List<DataFinding> findings = new ArrayList<>();
    for (SplitSummary split : splits) {
      List<String> empty = new ArrayList<>();
      for (int label = 0; label < classes.size(); label++) {
        if (split.classSizes().get(label) == 0) {
          empty.add(classes.get(label));
        }
      }
      if (!empty.isEmpty()) {
        findings.add(
            finding(
                "No image of %s in %s can be read: replace its files, or delete the class."
                    .formatted(named(empty), split.name())));
      }
    }
    findings.addAll(small(classes, splits.get(0)));
    return findings;
  }

  private static List<DataFinding> small(List<String> classes, SplitSummary train) {
    List<Integer> sizes = train.classSizes();
    int most = Collections.max(sizes);
    List<String> small = new ArrayList<>();
    for (int label = 0; label < classes.size(); label++) {
      int size = sizes.get(label);
      if (size > 0 && (long) size * RATIO <= most) {
        small.add("%s (%d)".formatted(classes.get(label), size));
      }
    }
    return small.isEmpty()
        ? List.of()
        : List.of(
            finding(
                "The largest class of %s, %s, has %d images, %d times as many or more as %s: add images, or train with --class-weights balanced."
                    .formatted(
                        train.name(),
                        classes.get(sizes.indexOf(most)),
                        most,
                        RATIO,
                        named(small))));
  }

  private static DataFinding finding(String message) {
    return new DataFinding(Kind.IMBALANCE, message, List.of());
  }

  private static String named(List<String> names) {
    String some = String.join(", ", names.subList(0, Math.min(NAMED, names.size())));
    return names.size() > NAMED ? some + " and " + (names.size() - NAMED) + " more" : some;
  }
}
