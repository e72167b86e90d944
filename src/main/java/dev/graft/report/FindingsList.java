package dev.graft.report;

import dev.graft.data.DataFinding;
import dev.graft.data.DataFinding.Kind;
import dev.graft.data.DataSummary;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What seems wrong with a data set, by kind; the first pairs of images with their pictures. */
record FindingsList(DataSummary data, Pictures pictures) {
  private static final int MOST_LISTED = 20;
  private static final int MOST_SHOWN = 4;

  void write(Markup page) {
    page.element("h3", "Findings");
    if (data.findings().isEmpty()) {
      page.element(
          "p",
          "None: every file can be decoded, and none was found twice, in two splits or in two"
              + " classes, by its bytes or by what it looks like.");
      return;
    }
    Map<Kind, List<DataFinding>> kinds = data.findingsByKind();
    page.openTable(List.of("kind", "findings", "files"));
    for (Map.Entry<Kind, List<DataFinding>> kind : kinds.entrySet()) {
      page.open("tr").element("th", DataSection.kind(kind.getKey()), "scope", "row");
      page.element("td", Integer.toString(kind.getValue().size()));
      page.element("td", files(kind.getValue())).close();
    }
    page.closeTable();
    kinds.forEach((kind, list) -> kind(page, kind, list));
  }

  /** How many files these are about; a finding lists no more than its most. */
  private static String files(List<DataFinding> list) {
    long files = list.stream().flatMap(finding -> finding.files().stream()).distinct().count();
    boolean all = list.stream().allMatch(finding -> finding.files().size() < DataFinding.MAX_FILES);
    return files == 0 ? "–" : (all ? "" : "at least ") + files;
  }

  private void kind(Markup page, Kind kind, List<DataFinding> list) {
    page.element("h4", DataSection.kind(kind)).open("ul", "class", "findings");
    list.stream().limit(MOST_LISTED).forEach(finding -> page.element("li", finding.message()));
    if (list.size() > MOST_LISTED) {
      page.element("li", "… and %d more".formatted(list.size() - MOST_LISTED));
    }
    page.close();
    switch (kind) {
      case DUPLICATE, CONTRADICTION, LEAKAGE, NEAR_LEAKAGE, NEAR_DUPLICATE -> {
        page.open("div", "class", "pairs");
        list.stream().limit(MOST_SHOWN).forEach(finding -> pair(page, finding));
        page.close();
      }
      default -> {
        // one file, which cannot be shown or need not be
      }
    }
  }

  private void pair(Markup page, DataFinding finding) {
    page.open("figure", "class", "image").open("div", "class", "pictures");
    for (String file : finding.files().stream().limit(2).toList()) {
      page.open("div");
      Optional<Picture> picture = picture(file);
      picture.ifPresent(found -> found.write(page));
      page.element("span", picture.isPresent() ? shortened(file) : "Picture not found: " + file);
      page.close();
    }
    page.close().close();
  }

  /** The end of a long path, which tells split, class and file. */
  private static String shortened(String file) {
    String[] names = file.split("[/\\\\]", -1);
    int from = Math.max(0, names.length - 3);
    return String.join("/", List.of(names).subList(from, names.length));
  }

  private Optional<Picture> picture(String file) {
    try {
      return pictures.of(Path.of(file), List.of()).stream().findFirst();
    } catch (InvalidPathException e) {
      return Optional.empty(); // a name of another system
    }
  }
}
