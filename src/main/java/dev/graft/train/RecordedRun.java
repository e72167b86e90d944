package dev.graft.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.data.DataSummary;
import dev.graft.torch.IoProblem;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * A run as the files in its folder tell it, whether it is over, under way or was cut off. A file
 * that is not there yet is an empty value.
 *
 * @param files of the run
 * @param config the settings and digests that make the run this run: {@code config.json}
 * @param classes names by index
 * @param results the finished phases, in order
 * @param data what the images are like
 * @param validation the best epoch's answers
 * @param test the best epoch's answers for the test images
 * @param summary how the run ended: {@code summary.json}
 */
public record RecordedRun(
    RunFiles files,
    JsonNode config,
    List<String> classes,
    List<PhaseResult> results,
    Optional<DataSummary> data,
    Optional<Evaluation> validation,
    Optional<Evaluation> test,
    Optional<JsonNode> summary) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Reads one file. */
  private interface Reader<T> {
    T read(Path file) throws IOException;
  }

  /**
   * Reads a run's folder.
   *
   * @param folder that {@code graft train --out} wrote to
   * @return what it holds
   * @throws RunException if there is no run in it, or a file of it is damaged
   */
  public static RecordedRun read(Path folder) {
    var files = new RunFiles(folder);
    if (!Files.isRegularFile(files.config())) {
      throw new RunException(
          folder + " holds no run: there is no config.json. Give a folder that graft train wrote.");
    }
    JsonNode config = required(files.config(), file -> JSON.readTree(file.toFile()));
    List<String> classes =
        StreamSupport.stream(config.path("classes").spliterator(), false)
            .map(JsonNode::asText)
            .toList();
    if (classes.isEmpty()) {
      throw new RunException("Cannot read " + files.config() + ": it names no classes.");
    }
    return new RecordedRun(
        files,
        config,
        classes,
        optional(files.metrics(), RecordedRun::results).orElse(List.of()),
        optional(files.data(), file -> JSON.readValue(file.toFile(), DataSummary.class)),
        optional(files.validation(), file -> AnswersFile.read(file, classes)),
        optional(files.test(), file -> AnswersFile.read(file, classes)),
        optional(files.summary(), file -> JSON.readTree(file.toFile())));
  }

  /**
   * Finds the epoch whose weights are kept: of the best validation accuracies the first.
   *
   * @return its validation; empty if no epoch was validated
   */
  public Optional<PhaseResult> best() {
    @Nullable PhaseResult best = null;
    for (PhaseResult result : results) {
      if (result.phase() == Phase.VAL && (best == null || result.accuracy() > best.accuracy())) {
        best = result;
      }
    }
    return Optional.ofNullable(best);
  }

  private static List<PhaseResult> results(Path metrics) throws IOException {
    List<PhaseResult> results = new ArrayList<>();
    for (String text : Files.readAllLines(metrics, StandardCharsets.UTF_8)) {
      results.add(result(JSON.readTree(text)));
    }
    return List.copyOf(results);
  }

  private static PhaseResult result(JsonNode line) throws IOException {
    boolean complete =
        Stream.of("epoch", "loss", "acc", "lr", "images", "seconds")
            .allMatch(name -> line.path(name).isNumber());
    Optional<Phase> phase =
        Stream.of(Phase.TRAIN, Phase.VAL)
            .filter(known -> known.label().equals(line.path("phase").asText()))
            .findFirst();
    double accuracy = line.path("acc").asDouble();
    if (!complete || phase.isEmpty() || accuracy < 0 || accuracy > 1) {
      throw new IOException("it holds a line that is no result of a phase");
    }
    return new PhaseResult(
        line.path("epoch").asInt(),
        phase.get(),
        line.path("loss").asDouble(),
        accuracy,
        line.path("lr").asDouble(),
        line.path("images").asInt(),
        line.path("seconds").asDouble());
  }

  private static <T> Optional<T> optional(Path file, Reader<T> reader) {
    return Files.exists(file) ? Optional.of(required(file, reader)) : Optional.empty();
  }

  private static <T> T required(Path file, Reader<T> reader) {
    try {
      T value = reader.read(file);
      if (value == null) {
        throw new IOException("it is empty");
      }
      return value;
    } catch (JsonMappingException e) {
      throw damaged(file, "it does not hold what a run writes there");
    } catch (JsonProcessingException e) {
      throw damaged(file, e.getOriginalMessage());
    } catch (CharacterCodingException e) {
      throw damaged(file, "it is not UTF-8");
    } catch (IOException e) {
      throw damaged(file, IoProblem.of(e));
    } catch (IllegalArgumentException e) { // InvalidPathException is one
      throw damaged(file, String.valueOf(e.getMessage()));
    }
  }

  private static RunException damaged(Path file, String why) {
    return new RunException(
        "Cannot read " + file + ": " + why + ". It is damaged, or of another version of graft.");
  }
}
