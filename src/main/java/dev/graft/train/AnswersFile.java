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
    if (label < 0 || predicted < 0 || !line.path("loss").isNumber()) {
      throw new IOException("it holds a line that is no answer of the run's classes");
    }
    return new Evaluation.Answer(
        new Sample(Path.of(line.path("file").asText()), label),
        predicted,
        line.path("probability").asDouble(),
        line.path("loss").asDouble(),
        line.path("in_top5").asBoolean());
  }
}
