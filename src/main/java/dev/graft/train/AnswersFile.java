package dev.graft.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.data.Sample;
import dev.graft.torch.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Answers on disk: a line of JSON for each image, such as {@code validation.jsonl}. */
final class AnswersFile {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** How far a probability of 32 bits may lie above 1. */
  private static final double ROUNDING = 1e-6;

  private AnswersFile() {}

  static void write(Path file, List<String> classes, List<Evaluation.Answer> answers)
      throws IOException {
    AtomicFile.writeStream(
        file,
        out -> {
          for (Evaluation.Answer answer : answers) {
            out.write(line(classes, answer).getBytes(StandardCharsets.UTF_8));
            out.write('\n');
          }
        });
  }

  private static String line(List<String> classes, Evaluation.Answer answer)
      throws JsonProcessingException {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("file", answer.sample().path().toString());
    line.put("label", classes.get(answer.sample().label()));
    line.put("class", classes.get(answer.predicted()));
    line.put("probability", answer.probability());
    line.put("loss", answer.loss());
    line.put("in_top5", answer.inTop5());
    return JSON.writeValueAsString(line);
  }

  /** Reads what was written with the same classes; the loss is the mean of the images'. */
  static Evaluation read(Path file, List<String> classes) throws IOException {
    List<Evaluation.Answer> answers = new ArrayList<>();
    double lossSum = 0;
    for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
      Evaluation.Answer answer = answer(classes, JSON.readTree(line));
      answers.add(answer);
      lossSum += answer.loss();
    }
    return new Evaluation(classes, lossSum / answers.size(), answers);
  }

  private static Evaluation.Answer answer(List<String> classes, JsonNode line) throws IOException {
    int label = classes.indexOf(line.path("label").asText());
    int predicted = classes.indexOf(line.path("class").asText());
    double probability = line.path("probability").asDouble(-1);
    boolean complete = line.path("file").isTextual() && line.path("loss").isNumber();
    boolean share = probability >= 0 && probability <= 1 + ROUNDING;
    if (label < 0 || predicted < 0 || !complete || !share) {
      throw new IOException("it holds a line that is no answer of the run's classes");
    }
    return new Evaluation.Answer(
        new Sample(Path.of(line.path("file").asText()), label),
        predicted,
        probability,
        line.path("loss").asDouble(),
        line.path("in_top5").asBoolean());
  }
}
