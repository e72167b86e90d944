package dev.graft.report;

import dev.graft.train.Evaluation;
import dev.graft.train.Evaluation.Answer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Which classes are taken for which: a matrix, or with many classes the pairs that are confused
 * most.
 */
record ConfusionTable(Evaluation evaluation) {
  /** A matrix of more classes cannot be read. */
  private static final int MOST_CLASSES = 20;

  private static final int MOST_PAIRS = 25;

  private record Pair(int label, int predicted) {}

  void write(Markup page) {
    page.element("h3", "Confusion");
    if (evaluation.classes().size() <= MOST_CLASSES) {
      matrix(page);
    } else {
      pairs(page);
    }
  }

  private void matrix(Markup page) {
    List<String> classes = evaluation.classes();
    page.element("p", "Rows are the images' classes, columns the answers.", "class", "note");
    List<String> heads = new ArrayList<>(List.of("class"));
    heads.addAll(classes);
    page.openTable(heads, "class", "confusion");
    int[][] counts = evaluation.confusion();
    for (int label = 0; label < classes.size(); label++) {
      int images = Arrays.stream(counts[label]).sum();
      page.open("tr").element("th", classes.get(label), "scope", "row");
      for (int predicted = 0; predicted < classes.size(); predicted++) {
        int count = counts[label][predicted];
        double share = images == 0 ? 0 : (double) count / images;
        page.open(
            "td",
            "class",
            label == predicted ? "hit" : "miss",
            "style",
            Shown.format("--share:%.3f", share));
        page.text(Integer.toString(count));
        page.element("small", count == 0 ? "" : Shown.format("%.1f %%", 100 * share)).close();
      }
      page.close();
    }
    page.closeTable();
  }

  private void pairs(Markup page) {
    Map<Pair, Long> counts =
        evaluation.answers().stream()
            .filter(answer -> !answer.correct())
            .map(answer -> new Pair(answer.sample().label(), answer.predicted()))
            .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    Map<Integer, Long> sizes =
        evaluation.answers().stream()
            .map(Answer::sample)
            .collect(Collectors.groupingBy(sample -> sample.label(), Collectors.counting()));
    page.element(
        "p",
        "Of %d classes, the pairs that are confused most (%d of %d)."
            .formatted(
                evaluation.classes().size(), Math.min(MOST_PAIRS, counts.size()), counts.size()),
        "class",
        "note");
    page.openTable(List.of("class", "taken for", "images", "of the class"));
    counts.entrySet().stream()
        .sorted(
            Map.Entry.<Pair, Long>comparingByValue()
                .reversed()
                .thenComparing(Map.Entry::getKey, Comparator.comparingInt(Pair::label))
                .thenComparing(Map.Entry::getKey, Comparator.comparingInt(Pair::predicted)))
        .limit(MOST_PAIRS)
        .forEach(entry -> pair(page, entry.getKey(), entry.getValue(), sizes));
    page.closeTable();
  }

  private void pair(Markup page, Pair pair, long count, Map<Integer, Long> sizes) {
    page.open("tr").element("td", evaluation.classes().get(pair.label()));
    page.element("td", evaluation.classes().get(pair.predicted()));
    page.element("td", Long.toString(count));
    long images = sizes.getOrDefault(pair.label(), 1L);
    page.element("td", Shown.percent((double) count / images)).close();
  }
}
