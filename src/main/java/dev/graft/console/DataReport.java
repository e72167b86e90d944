package dev.graft.console;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.graft.data.DataSummary;
import dev.graft.data.SplitSummary;
import dev.graft.torch.Printable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * A checked data set as text for people or JSON for programs.
 *
 * @param data what to show
 */
public record DataReport(DataSummary data) {
  private static final int LISTED = 20;
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  /**
   * Formats the images of each class and split, what they are like, and the findings by kind, of
   * each the first 20.
   *
   * @return lines without a final line end
   */
  public String text() {
    List<String> lines = new ArrayList<>();
    addClasses(lines);
    lines.add("");
    addImages(lines);
    lines.add("");
    addFindings(lines);
    return String.join(System.lineSeparator(), lines);
  }

  private void addClasses(List<String> lines) {
    List<String> names = data.classes().stream().map(Printable::of).toList();
    List<String> shown = names.subList(0, Math.min(LISTED, names.size()));
    int width = Math.max(7, shown.stream().mapToInt(String::length).max().orElse(0));
    String name = "%-" + width + "s";
    lines.add(row(name, "class", data.splits().stream().map(SplitSummary::name).toList()));
    for (int label = 0; label < shown.size(); label++) {
      int index = label;
      lines.add(
          row(
              name,
              shown.get(label),
              data.splits().stream().map(split -> split.classSizes().get(index)).toList()));
    }
    if (names.size() > LISTED) {
      lines.add("… and " + (names.size() - LISTED) + " more classes");
    }
    lines.add(row(name, "all", data.splits().stream().map(SplitSummary::images).toList()));
  }

  private static String row(String name, String first, List<?> cells) {
    return format(name, first)
        + cells.stream().map(cell -> format("  %8s", cell)).collect(Collectors.joining());
  }

  private void addImages(List<String> lines) {
    lines.add("split    width (median)      height (median)     file in bytes (median)");
    for (SplitSummary split : data.splits()) {
      lines.add(
          format(
              "%-7s  %-18s  %-18s  %-26s  %s",
              split.name(),
              spread(split.widths()),
              spread(split.heights()),
              spread(split.fileBytes()),
              split.formats().entrySet().stream()
                  .map(format -> format.getValue() + " " + format.getKey())
                  .collect(Collectors.joining(", "))));
    }
  }

  private static String spread(SplitSummary.Spread spread) {
    return spread.smallest() + "–" + spread.largest() + " (" + spread.median() + ")";
  }

  private void addFindings(List<String> lines) {
    if (data.findings().isEmpty()) {
      lines.add("No findings.");
      return;
    }
    int count = data.findings().size();
    lines.add(count + (count == 1 ? " finding" : " findings"));
    data.findingsByKind()
        .forEach(
            (kind, findings) -> {
              lines.add("");
              lines.add(kind.label());
              findings.stream()
                  .limit(LISTED)
                  .forEach(finding -> lines.add("  " + Printable.message(finding.message())));
              if (findings.size() > LISTED) {
                lines.add("  … and " + (findings.size() - LISTED) + " more (--json lists them)");
              }
            });
  }

  /**
   * Formats everything, as a run's {@code data.json} does.
   *
   * @return an indented JSON object
   * @throws JsonProcessingException never, for a data set
   */
  public String json() throws JsonProcessingException {
    return JSON.writeValueAsString(data);
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
