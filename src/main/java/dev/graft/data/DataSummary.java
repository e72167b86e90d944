package dev.graft.data;

import java.util.List;

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
   */
  public DataSummary {
    classes = List.copyOf(classes);
    splits = List.copyOf(splits);
    findings = List.copyOf(findings);
  }
}
