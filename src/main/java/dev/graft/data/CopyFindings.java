package dev.graft.data;

import dev.graft.data.DataFinding.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Images that are there twice: by their bytes, and by what they look like. */
final class CopyFindings {
  private static final String SAME = "the same content";
  private static final String LEAKS =
      ", so that what was learned is measured and the accuracy comes out too high: delete one of"
          + " them, or move both into the same split.";

  private final List<DataFinding> findings = new ArrayList<>();

  private CopyFindings() {}

  /**
   * Finds them.
   *
   * @param readable files that were decoded, in the order of the splits
   */
  static List<DataFinding> of(List<CheckedFile> readable) {
    var copies = new CopyFindings();
    Map<String, List<CheckedFile>> contents = new LinkedHashMap<>();
    for (CheckedFile file : readable) {
      contents.computeIfAbsent(file.sha256(), digest -> new ArrayList<>()).add(file);
    }
    List<List<CheckedFile>> groups = List.copyOf(contents.values());
    groups.stream().filter(group -> group.size() > 1).forEach(copies::addSame);
    copies.addAlike(groups);
    return copies.findings;
  }

  private void addAlike(List<List<CheckedFile>> groups) {
    int[] clusters = LookAlikes.find(groups.stream().map(group -> group.get(0).look()).toList());
    Map<Integer, List<List<CheckedFile>>> alike = new TreeMap<>();
    for (int i = 0; i < clusters.length; i++) {
      alike.computeIfAbsent(clusters[i], first -> new ArrayList<>()).add(groups.get(i));
    }
    for (List<List<CheckedFile>> cluster : alike.values()) {
      if (cluster.size() > 1) {
        addAlike(cluster.stream().flatMap(List::stream).toList(), cluster);
      }
    }
  }

  /** Files of the same bytes. */
  private void addSame(List<CheckedFile> files) {
    if (differInClass(files)) {
      add(
          Kind.CONTRADICTION,
          files,
          pair(files, files.get(0), "has " + SAME + " as", otherClass(files))
              + " but another class: delete what is labelled wrongly.");
    }
    if (differInSplit(files)) {
      CheckedFile late = late(files);
      add(
          Kind.LEAKAGE,
          first(late, files),
          pair(files, late, "has " + SAME + " as", files.get(0)) + LEAKS);
    }
    if (!differInClass(files) && !differInSplit(files)) {
      add(
          Kind.DUPLICATE,
          files,
          pair(files, files.get(1), "has " + SAME + " as", files.get(0))
              + ": it counts more than once; keep one of them.");
    }
  }

  /** Files that look the same, of at least two contents. */
  private void addAlike(List<CheckedFile> files, List<List<CheckedFile>> contents) {
    boolean known = contents.stream().anyMatch(CopyFindings::differInClass);
    if (differInClass(files) && !known) {
      add(
          Kind.CONTRADICTION,
          files,
          pair(files, files.get(0), "looks the same as", otherClass(files))
              + " but has another class: look at them, and delete what is labelled wrongly.");
    }
    if (differInSplit(files)) {
      CheckedFile late = late(files);
      add(
          Kind.NEAR_LEAKAGE,
          first(late, files),
          pair(files, late, "looks the same as", files.get(0)) + LEAKS);
    } else if (!differInClass(files)) {
      CheckedFile second = contents.get(1).get(0);
      add(
          Kind.NEAR_DUPLICATE,
          files,
          pair(files, second, "looks the same as", files.get(0))
              + ": it counts more than once; keep the better one.");
    }
  }

  private void add(Kind kind, List<CheckedFile> files, String message) {
    findings.add(DataFinding.of(kind, message, files));
  }

  private static String pair(
      List<CheckedFile> all, CheckedFile one, String relation, CheckedFile other) {
    int more = all.size() - 2;
    String others =
        more == 0 ? "" : more == 1 ? " (and 1 more file)" : " (and " + more + " more files)";
    return one.shown() + " " + relation + " " + other.shown() + others;
  }

  /** Files come in the order of the splits, so the last is of another one than the first. */
  private static CheckedFile late(List<CheckedFile> files) {
    String split = files.get(0).split();
    return files.stream().filter(file -> !file.split().equals(split)).findFirst().orElseThrow();
  }

  private static CheckedFile otherClass(List<CheckedFile> files) {
    int label = files.get(0).sample().label();
    return files.stream().filter(f -> f.sample().label() != label).findFirst().orElseThrow();
  }

  private static List<CheckedFile> first(CheckedFile one, List<CheckedFile> files) {
    return Stream.concat(Stream.of(one), files.stream().filter(file -> !file.equals(one))).toList();
  }

  private static boolean differInClass(List<CheckedFile> files) {
    return files.stream().map(file -> file.sample().label()).distinct().count() > 1;
  }

  private static boolean differInSplit(List<CheckedFile> files) {
    return files.stream().map(CheckedFile::split).distinct().count() > 1;
  }
}
