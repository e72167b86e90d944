package dev.graft.console;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.graft.torch.Printable;
import dev.graft.train.Evaluation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * An evaluation as a table for people or JSON for programs.
 *
 * @param evaluation what to show
 */
public record EvaluationReport(Evaluation evaluation) {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  /**
   * Formats accuracy, with more than five classes the top-5 accuracy, a table of the classes and
   * the confusion matrix.
   *
   * @return lines without a final line end
   */
  public String text() {
    List<String> lines = new ArrayList<>();
    lines.add(
        format(
            "Accuracy: %.6f (%d of %d)",
            evaluation.accuracy(), evaluation.correct(), evaluation.answers().size()));
    evaluation
        .top5Accuracy()
        .ifPresent(
            top5 ->
                lines.add(
                    format(
                        "Top-5 accuracy: %.6f (%d of %d)",
                        top5, evaluation.top5Correct(), evaluation.answers().size())));
    lines.add(format("Loss: %.4f", evaluation.loss()));
    lines.add("");
    List<String> names = evaluation.classes().stream().map(Printable::of).toList();
    int width = Math.max(5, names.stream().mapToInt(String::length).max().orElse(0));
    lines.add(format("%-" + width + "s  precision  recall  images", "class"));
    for (int label = 0; label < names.size(); label++) {
      lines.add(
          format(
              "%-" + width + "s  %9.4f  %6.4f  %6d",
              names.get(label),
              evaluation.precision(label),
              evaluation.recall(label),
              evaluation.support(label)));
    }
    lines.add("");
    lines.add("Confusion matrix (rows: label, columns: answer, in the order above)");
    addConfusion(lines, names, width);
    return String.join(System.lineSeparator(), lines);
  }

  private void addConfusion(List<String> lines, List<String> names, int width) {
    int[][] confusion = evaluation.confusion();
    for (int label = 0; label < confusion.length; label++) {
      var line = new StringBuilder(format("%-" + width + "s", names.get(label)));
      for (int count : confusion[label]) {
        line.append(format(" %6d", count));
      }
      lines.add(line.toString());
    }
  }

  /**
   * Formats everything, with the answer for each image. {@code top5_acc} is there if there are more
   * than five classes.
   *
   * @return an indented JSON object
   * @throws JsonProcessingException never, for an evaluation
   */
  public String json() throws JsonProcessingException {
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("accuracy", evaluation.accuracy());
    root.put("correct", evaluation.correct());
    evaluation.top5Accuracy().ifPresent(top5 -> root.put("top5_acc", top5));
    root.put("images", evaluation.answers().size());
    root.put("loss", evaluation.loss());
    List<Object> classes = new ArrayList<>();
    for (int label = 0; label < evaluation.classes().size(); label++) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("class", evaluation.classes().get(label));
      row.put("precision", evaluation.precision(label));
      row.put("recall", evaluation.recall(label));
      row.put("images", evaluation.support(label));
      classes.add(row);
    }
    root.put("classes", classes);
    root.put("confusion", evaluation.confusion());
    root.put("answers", evaluation.answers().stream().map(this::answer).toList());
    return JSON.writeValueAsString(root);
  }

  private Map<String, Object> answer(Evaluation.Answer answer) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("file", answer.sample().path().toString());
    row.put("label", evaluation.classes().get(answer.sample().label()));
    row.put("class", evaluation.classes().get(answer.predicted()));
    row.put("probability", answer.probability());
    return row;
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
