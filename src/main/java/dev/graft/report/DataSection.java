package dev.graft.report;

import dev.graft.data.DataFinding;
import dev.graft.data.DataSummary;
import dev.graft.data.SplitSummary;
import dev.graft.data.SplitSummary.Spread;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What the data set is made of, and what seems wrong with it. */
record DataSection(DataSummary data, Pictures pictures) {
  private static final int MOST_CLASSES = 40;

  void write(Markup page) {
    page.open("section", "id", "data").element("h2", "Data");
    splits(page);
    classes(page);
    new FindingsList(data, pictures).write(page);
    page.close();
  }

  private void splits(Markup page) {
    page.openTable(List.of("split", "images", "width", "height", "file size", "formats"));
    for (SplitSummary split : data.splits()) {
      page.open("tr").element("th", split.name(), "scope", "row");
      page.element("td", Shown.format("%,d", split.images()));
      page.element("td", spread(split.widths(), Long::toString));
      page.element("td", spread(split.heights(), Long::toString));
      page.element("td", spread(split.fileBytes(), Shown::bytes));
      String formats =
          split.formats().entrySet().stream()
              .map(format -> format.getKey() + " " + format.getValue())
              .collect(Collectors.joining(", "));
      page.element("td", formats).close();
    }
    page.closeTable();
    page.element(
        "p", "Sizes: the smallest, the median and the largest; in pixels.", "class", "note");
  }

  private static String spread(Spread spread, LongFunction<String> format) {
    return "%s · %s · %s"
        .formatted(
            format.apply(spread.smallest()),
            format.apply(spread.median()),
            format.apply(spread.largest()));
  }

  private void classes(Markup page) {
    List<String> names = data.classes();
    List<Integer> shown = IntStream.range(0, names.size()).boxed().toList();
    if (names.size() > MOST_CLASSES && !data.splits().isEmpty()) {
      List<Integer> sizes = data.splits().get(0).classSizes();
      shown =
          shown.stream().sorted(Comparator.comparingInt(sizes::get)).limit(MOST_CLASSES).toList();
      page.element(
          "p",
          "The %d of %d classes with the fewest images of %s."
              .formatted(MOST_CLASSES, names.size(), data.splits().get(0).name()),
          "class",
          "note");
    }
    int most =
        data.splits().stream().flatMap(split -> split.classSizes().stream()).reduce(1, Math::max);
    List<String> heads = new ArrayList<>(List.of("class"));
    data.splits().forEach(split -> heads.add(split.name()));
    page.openTable(heads, "class", "sizes");
    for (int label : shown) {
      page.open("tr").element("th", names.get(label), "scope", "row");
      for (SplitSummary split : data.splits()) {
        int size = split.classSizes().get(label);
        page.open("td", "style", Shown.format("--share:%.3f", (double) size / most));
        page.text(Integer.toString(size)).close();
      }
      page.close();
    }
    page.closeTable();
  }

  /** What to say of a kind of finding, for one and for more of them. */
  static String kind(DataFinding.Kind kind) {
    return switch (kind) {
      case UNREADABLE -> "Unreadable files";
      case WRONG_EXTENSION -> "Files of another format than their name says";
      case DUPLICATE -> "Duplicate files";
      case CONTRADICTION -> "The same image in different classes";
      case LEAKAGE -> "Leakage: the same file in two splits";
      case NEAR_LEAKAGE -> "Likely leakage: images of two splits that look the same";
      case NEAR_DUPLICATE -> "Images that look the same";
      case IMBALANCE -> "Classes of very different sizes";
      case TINY -> "Images smaller than the network's input";
    };
  }
}
