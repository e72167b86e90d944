package dev.graft.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.graft.torch.AtomicFile;
import dev.graft.train.RunConfig.Existing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The files of a run: {@code config.json}, {@code metrics.jsonl}, {@code checkpoints}, {@code
 * model.pt}, and {@code summary.json} once it is over. Each is written whole beside its target and
 * renamed, so a reader never sees half a file.
 */
public final class RunFolder implements TrainingListener, AutoCloseable {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
  private static final ObjectMapper JSON_LINE = new ObjectMapper();

  /** Settings that may differ when a run is resumed: they decide no number. */
  private static final Set<String> FREE = Set.of("data", "weights", "workers", "skip-unreadable");

  /** What changes the last bits, as sums are then rounded in another order. */
  private static final Set<String> ROUNDING = Set.of("threads", "pytorch");

  private final Path folder;
  private final boolean resumes;
  private final List<String> earlierMetrics = new ArrayList<>();
  private final StringBuilder metrics = new StringBuilder();
  private @Nullable RunLock lock;

  private RunFolder(Path folder, Existing existing) {
    this.folder = folder;
    this.resumes = existing == Existing.RESUME && Files.exists(config());
  }

  /**
   * Checks that a run may be written to a folder. Writes nothing.
   *
   * @param folder need not exist
   * @param existing what to do with a run that is there already
   * @return the folder
   * @throws RunException if it is a file, cannot be written, or holds a run that must stay or is
   *     over
   */
  public static RunFolder claim(Path folder, Existing existing) {
    if (Files.exists(folder) && !Files.isDirectory(folder)) {
      throw new RunException(folder + " is a file. Give --out a folder.");
    }
    var run = new RunFolder(folder, existing);
    List<String> found =
        Stream.of(run.model(), run.config(), run.metrics())
            .filter(Files::exists)
            .map(file -> file.getFileName().toString())
            .toList();
    if (existing == Existing.REFUSE && !found.isEmpty()) {
      throw new RunException(
          folder
              + " holds a run already ("
              + String.join(", ", found)
              + "). Pass --resume to go on with it, --overwrite to replace it, or another --out.");
    }
    if (existing == Existing.RESUME && Files.exists(run.summary())) {
      throw new RunException(
          "The run in "
              + folder
              + " is over: "
              + run.summary()
              + " says how it ended. Start a new one from its model.pt, with --weights "
              + run.model()
              + " and another --out.");
    }
    requireWritable(folder);
    return run;
  }

  private static void requireWritable(Path folder) {
    Path existing = folder.toAbsolutePath();
    while (existing != null && !Files.exists(existing)) {
      existing = existing.getParent();
    }
    if (existing == null || !Files.isWritable(existing)) {
      throw new RunException(
          "Cannot write to " + existing + ". Pass an --out that you may write to.");
    }
  }

  /**
   * Returns where the trained classifier goes.
   *
   * @return {@code model.pt} in the folder
   */
  public Path model() {
    return folder.resolve("model.pt");
  }

  /**
   * Returns where the run's state is kept.
   *
   * @return {@code checkpoints} in the folder
   */
  public Path checkpoints() {
    return folder.resolve("checkpoints");
  }

  private Path config() {
    return folder.resolve("config.json");
  }

  private Path metrics() {
    return folder.resolve("metrics.jsonl");
  }

  private Path summary() {
    return folder.resolve("summary.json");
  }

  /**
   * Checks that the run that is resumed is this one; does nothing for a new one.
   *
   * @param description the settings and digests of the run that is about to begin
   * @return why it may end in other bits than without the interruption; usually empty
   * @throws RunException if the run in the folder has others; each difference is named
   */
  List<String> requireSameRun(Map<String, Object> description) {
    if (!resumes) {
      return List.of();
    }
    try {
      JsonNode then = JSON.readTree(config().toFile());
      JsonNode now = JSON.readTree(JSON.writeValueAsString(description));
      List<String> differences = differences(then, now, name -> !ROUNDING.contains(name));
      if (!differences.isEmpty()) {
        throw new RunException(
            "Cannot resume the run in "
                + folder
                + ", it is another one: "
                + String.join("; ", differences)
                + ". Give the settings, data and weights that it began with, or another --out.");
      }
      return differences(then, now, ROUNDING::contains);
    } catch (IOException e) {
      throw new RunException(
          "Cannot resume the run in "
              + folder
              + ": its config.json cannot be read ("
              + e.getMessage()
              + "). Pass --overwrite to begin again.");
    }
  }

  private static List<String> differences(
      JsonNode then, JsonNode now, Predicate<String> considered) {
    Set<String> names = new TreeSet<>();
    then.fieldNames().forEachRemaining(names::add);
    now.fieldNames().forEachRemaining(names::add);
    names.removeAll(FREE);
    return names.stream()
        .filter(considered)
        .filter(name -> !then.path(name).equals(now.path(name)))
        .map(name -> name + " was " + show(then, name) + ", now it is " + show(now, name))
        .toList();
  }

  private static String show(JsonNode node, String name) {
    return node.has(name) ? node.path(name).toString() : "not set";
  }

  /** Creates the folder; describes a new run in it, or makes a resumed one's metrics its own. */
  void begin(Map<String, Object> description) {
    try {
      Files.createDirectories(folder);
      lock = RunLock.take(folder);
      removeLeftovers(folder);
      removeLeftovers(checkpoints());
      if (resumes) {
        earlierMetrics.addAll(Files.exists(metrics()) ? Files.readAllLines(metrics()) : List.of());
      } else {
        delete(checkpoints());
        Files.deleteIfExists(summary());
        AtomicFile.writeString(config(), JSON.writeValueAsString(description) + "\n");
        AtomicFile.writeString(metrics(), "");
      }
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /** Deletes what a killed process left of files that it was writing. */
  private static void removeLeftovers(Path folder) throws IOException {
    for (Path file : list(folder)) {
      if (file.getFileName().toString().matches("\\..+\\.\\d+-\\d+\\.tmp")) {
        Files.deleteIfExists(file);
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    for (Path file : list(folder)) {
      Files.delete(file);
    }
    Files.deleteIfExists(folder);
  }

  private static List<Path> list(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }

  /** Adds finished phases to {@code metrics.jsonl}, after those before a resume. */
  @Override
  public void on(TrainingEvent event) {
    try {
      if (event instanceof TrainingEvent.RunResumed resumed) {
        keepEarlierMetrics(resumed);
      } else if (event instanceof TrainingEvent.PhaseFinished finished) {
        metrics.append(line(finished.result())).append('\n');
        AtomicFile.writeString(metrics(), metrics.toString());
      }
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /** What was written after the checkpoint will be done again, and written again. */
  private void keepEarlierMetrics(TrainingEvent.RunResumed resumed) throws IOException {
    for (String line : earlierMetrics) {
      JsonNode phase = JSON_LINE.readTree(line);
      int epoch = phase.path("epoch").asInt();
      boolean trained =
          resumed.trained() && phase.path("phase").asText().equals(Phase.TRAIN.label());
      if (epoch < resumed.epoch() || (epoch == resumed.epoch() && trained)) {
        metrics.append(line).append('\n');
      }
    }
  }

  private static String line(PhaseResult result) throws JsonProcessingException {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("epoch", result.epoch());
    line.put("phase", result.phase().label());
    line.put("loss", result.loss());
    line.put("acc", result.accuracy());
    line.put("lr", result.lr());
    line.put("images", result.images());
    line.put("seconds", Math.round(result.seconds() * 1000) / 1000.0);
    return JSON_LINE.writeValueAsString(line);
  }

  /** Says how the run ended; from then on it cannot be resumed, and its checkpoints are removed. */
  void end(Map<String, Object> summary) {
    try {
      AtomicFile.writeString(summary(), JSON.writeValueAsString(summary) + "\n");
      delete(checkpoints());
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /** Lets another process write to the folder. */
  @Override
  public void close() {
    try {
      if (lock != null) {
        lock.close();
      }
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private UncheckedIOException failed(IOException e) {
    return new UncheckedIOException("Cannot write to " + folder + ": " + e.getMessage(), e);
  }
}
