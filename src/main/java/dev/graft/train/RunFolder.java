package dev.graft.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.graft.torch.AtomicFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The files of a run: {@code config.json}, {@code metrics.jsonl} and {@code model.pt}. Each is
 * written whole beside its target and renamed, so a reader never sees half a file.
 */
public final class RunFolder implements TrainingListener {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
  private static final ObjectMapper JSON_LINE = new ObjectMapper();

  private final Path folder;
  private final StringBuilder metrics = new StringBuilder();

  private RunFolder(Path folder) {
    this.folder = folder;
  }

  /**
   * Checks that a run may be written to a folder. Writes nothing.
   *
   * @param folder need not exist
   * @param overwrite whether a run that is there already may be replaced
   * @return the folder
   * @throws RunException if it is a file, cannot be written, or holds a run that must stay
   */
  public static RunFolder claim(Path folder, boolean overwrite) {
    var run = new RunFolder(folder);
    if (Files.exists(folder) && !Files.isDirectory(folder)) {
      throw new RunException(folder + " is a file. Give --out a folder.");
    }
    List<String> found =
        Stream.of(run.model(), run.config(), run.metrics())
            .filter(Files::exists)
            .map(file -> file.getFileName().toString())
            .toList();
    if (!overwrite && !found.isEmpty()) {
      throw new RunException(
          folder
              + " holds a run already ("
              + String.join(", ", found)
              + "). Pass --overwrite to replace it, or another --out.");
    }
    Path existing = folder.toAbsolutePath();
    while (existing != null && !Files.exists(existing)) {
      existing = existing.getParent();
    }
    if (existing == null || !Files.isWritable(existing)) {
      throw new RunException(
          "Cannot write to " + existing + ". Pass an --out that you may write to.");
    }
    return run;
  }

  /**
   * Returns where the trained classifier goes.
   *
   * @return {@code model.pt} in the folder
   */
  public Path model() {
    return folder.resolve("model.pt");
  }

  private Path config() {
    return folder.resolve("config.json");
  }

  private Path metrics() {
    return folder.resolve("metrics.jsonl");
  }

  /** Creates the folder, writes the configuration and empties the metrics. */
  void create(RunConfig config) {
    try {
      Files.createDirectories(folder);
      AtomicFile.writeString(config(), JSON.writeValueAsString(config.toMap()) + "\n");
      AtomicFile.writeString(metrics(), "");
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /** Adds a finished phase to {@code metrics.jsonl}. */
  @Override
  public void on(TrainingEvent event) {
    if (event instanceof TrainingEvent.PhaseFinished finished) {
      try {
        metrics.append(line(finished.result())).append('\n');
        AtomicFile.writeString(metrics(), metrics.toString());
      } catch (IOException e) {
        throw failed(e);
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

  private UncheckedIOException failed(IOException e) {
    return new UncheckedIOException("Cannot write to " + folder + ": " + e.getMessage(), e);
  }
}
