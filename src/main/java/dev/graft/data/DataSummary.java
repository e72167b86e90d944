package dev.graft.data;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What a data set is made of, and what seems wrong with it; {@code data.json} of a run.
 *
 * @param classes names by index
 * @param splits train, val and perhaps test
 * @param findings what seems wrong, the gravest kinds first
 */
public record DataSummary(
    List<String> classes, List<SplitSummary> splits, List<DataFinding> findings) {
  /**
   * Copies the lists.
   *
   * @param classes names by index
   * @param splits train, val and perhaps test
   * @param findings what seems wrong
   * @throws IllegalArgumentException if a split has not a size for each class
   */
  public DataSummary {
    classes = List.copyOf(classes);
    splits = List.copyOf(splits);
    findings = List.copyOf(findings);
    for (SplitSummary split : splits) {
      if (split.classSizes().size() != classes.size()) {
        throw new IllegalArgumentException(
            "%s has sizes of %d classes, not of %d"
                .formatted(split.name(), split.classSizes().size(), classes.size()));
      }
    }
  }

  /**
   * Groups the findings.
   *
   * @return the kinds that were found, the gravest first, each with its findings in their order
   */
  public Map<DataFinding.Kind, List<DataFinding>> findingsByKind() {
    Map<DataFinding.Kind, List<DataFinding>> kinds = new EnumMap<>(DataFinding.Kind.class);
    findings.forEach(f -> kinds.computeIfAbsent(f.kind(), kind -> new ArrayList<>()).add(f));
    return kinds;
  }

  /**
   * Sums up files.
   *
   * @param data the data set
   * @param files all of it, in its order
   * @param imageSize the side of the network's input
   */
  static DataSummary of(ImageFolders data, List<CheckedFile> files, int imageSize) {
    List<String> classes = data.train().classes();
    List<CheckedFile> readable = files.stream().filter(file -> file.facts() != null).toList();
    List<SplitSummary> splits =
        data.splits().keySet().stream()
            .map(
                split ->
                    SplitSummary.of(
                        split,
                        classes.size(),
                        readable.stream().filter(file -> file.split().equals(split)).toList()))
            .toList();
    List<DataFinding> findings = new ArrayList<>(CopyFindings.of(readable));
    findings.addAll(FileFindings.unreadable(files));
    findings.addAll(ClassFindings.of(classes, splits));
    findings.addAll(FileFindings.wrongExtension(readable));
    findings.addAll(FileFindings.tiny(readable, imageSize));
    findings.sort(Comparator.comparing(DataFinding::kind)); // stable
    return new DataSummary(classes, splits, findings);
  }
}
