package dev.graft.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.graft.torch.Printable;
import dev.graft.train.Evaluation;
import dev.graft.train.PhaseResult;
import dev.graft.train.RecordedRun;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Runs side by side as a table for people or JSON for programs.
 *
 * @param compared what to show
 */
public record ComparisonText(ComparedRuns compared) {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private static final List<String> HEADS =
      List.of("run", "best acc", "95 % interval", "epoch", "loss", "test acc", "epochs", "time");

  /**
   * Formats a table of the runs, the settings in which they differ, and McNemar's test of each
   * against the first.
   *
   * @return lines without a final line end
   */
  public String text() {
    List<String> lines = new ArrayList<>(table());
    Map<String, List<String>> differences = compared.differences();
    lines.add("");
    lines.add(
        differences.isEmpty()
            ? "All settings are the same."
            : "Settings that differ (in the order above)");
    int width = differences.keySet().stream().mapToInt(String::length).max().orElse(0);
    differences.forEach(
        (name, values) ->
            lines.add(
                Shown.format("  %-" + width + "s  ", name)
                    + String.join(" | ", values.stream().map(Printable::of).toList())));
    List<ComparedRuns.Test> tests = compared.tests();
    if (!tests.isEmpty()) {
      String first = ComparedRuns.name(compared.runs().get(0));
      lines.add("");
      lines.add("Against " + first + " on the same validation images (McNemar's exact test)");
      tests.forEach(test -> lines.add(line(test)));
    }
    return String.join(System.lineSeparator(), lines);
  }

  private static String line(ComparedRuns.Test test) {
    return Shown.format(
        "  %s: alone right on %d, alone wrong on %d, p = %s",
        ComparedRuns.name(test.run()),
        test.result().onlySecond(),
        test.result().onlyFirst(),
        Shown.significant(test.result().pValue()));
  }

  private List<String> table() {
    List<List<String>> rows = new ArrayList<>(List.of(HEADS));
    compared.runs().forEach(run -> rows.add(cells(run)));
    List<String> lines = new ArrayList<>();
    for (List<String> row : rows) {
      var line = new StringBuilder();
      for (int column = 0; column < row.size(); column++) {
        int at = column;
        int width = rows.stream().mapToInt(other -> other.get(at).length()).max().orElse(0);
        line.append(row.get(column)).append(" ".repeat(width - row.get(column).length() + 2));
      }
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }

  /** One row of the table, also of the page's. */
  static List<String> cells(RecordedRun run) {
    Optional<PhaseResult> best = run.best();
    return List.of(
        ComparedRuns.name(run),
        best.map(b -> Shown.percent(b.accuracy())).orElse("–"),
        best.map(b -> ComparedRuns.interval(b).toString()).orElse("–"),
        best.map(b -> Integer.toString(b.epoch())).orElse("–"),
        best.map(b -> Shown.decimals(b.loss())).orElse("–"),
        run.test().map(test -> Shown.percent(test.accuracy())).orElse("–"),
        Long.toString(ComparedRuns.epochs(run)),
        Shown.seconds(ComparedRuns.seconds(run)));
  }

  static List<String> heads() {
    return HEADS;
  }

  /**
   * Formats everything. What a run has not reached yet is left out.
   *
   * @return an indented JSON object
   * @throws JsonProcessingException never, for runs that were read
   */
  public String json() throws JsonProcessingException {
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("runs", compared.runs().stream().map(ComparisonText::run).toList());
    root.put("differences", compared.differences());
    List<Object> tests = new ArrayList<>();
    for (ComparedRuns.Test test : compared.tests()) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("run", ComparedRuns.name(test.run()));
      row.put("against", ComparedRuns.name(compared.runs().get(0)));
      row.put("alone_right", test.result().onlySecond());
      row.put("alone_wrong", test.result().onlyFirst());
      row.put("p", test.result().pValue());
      tests.add(row);
    }
    root.put("mcnemar", tests);
    return JSON.writeValueAsString(root);
  }

  private static Map<String, Object> run(RecordedRun run) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("run", ComparedRuns.name(run));
    run.best()
        .ifPresent(
            best -> {
              Interval interval = ComparedRuns.interval(best);
              row.put("best_val_acc", best.accuracy());
              row.put("best_val_acc_interval", List.of(interval.low(), interval.high()));
              row.put("best_val_loss", best.loss());
              row.put("best_epoch", best.epoch());
            });
    run.test().map(Evaluation::accuracy).ifPresent(accuracy -> row.put("test_acc", accuracy));
    row.put("epochs", ComparedRuns.epochs(run));
    row.put("seconds", ComparedRuns.seconds(run));
    return row;
  }
}
