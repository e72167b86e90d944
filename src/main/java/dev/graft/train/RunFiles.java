package dev.graft.train;

import dev.graft.torch.AtomicFile;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The names of a run's files, and what of them is there. It touches no others in the folder.
 *
 * @param folder which holds them
 */
public record RunFiles(Path folder) {
  private static final Pattern EVENTS = Pattern.compile("events\\.out\\.tfevents\\..*\\.graft");

  /**
   * Where the trained classifier goes.
   *
   * @return {@code model.pt}
   */
  public Path model() {
    return folder.resolve("model.pt");
  }

  /**
   * What makes the run this run.
   *
   * @return {@code config.json}
   */
  public Path config() {
    return folder.resolve("config.json");
  }

  /**
   * A line for each finished phase.
   *
   * @return {@code metrics.jsonl}
   */
  public Path metrics() {
    return folder.resolve("metrics.jsonl");
  }

  /**
   * How the run ended; there is none before.
   *
   * @return {@code summary.json}
   */
  public Path summary() {
    return folder.resolve("summary.json");
  }

  /**
   * What the images are like.
   *
   * @return {@code data.json}
   */
  public Path data() {
    return folder.resolve("data.json");
  }

  /**
   * The best epoch's answer for each validation image.
   *
   * @return {@code validation.jsonl}
   */
  public Path validation() {
    return folder.resolve("validation.jsonl");
  }

  /**
   * The best epoch's answer for each test image; there is none without such images.
   *
   * @return {@code test.jsonl}
   */
  public Path test() {
    return folder.resolve("test.jsonl");
  }

  /**
   * A sheet of what the network is shown in training.
   *
   * @return {@code views.jpg}
   */
  public Path views() {
    return folder.resolve("views.jpg");
  }

  /**
   * All of the run on one page.
   *
   * @return {@code report.html}
   */
  public Path report() {
    return folder.resolve("report.html");
  }

  /** The run's state. */
  Path checkpoints() {
    return folder.resolve("checkpoints");
  }

  /** The names of those files of a run that are there; empty if there is no run. */
  List<String> present() {
    return Stream.of(model(), config(), metrics(), summary(), checkpoints())
        .filter(Files::exists)
        .map(file -> file.getFileName().toString())
        .toList();
  }

  /**
   * Whether the run got beyond its first epoch, whose end writes the first checkpoint, so that
   * there must be one, unless none were asked for.
   */
  boolean beyondFirstEpoch() throws IOException {
    if (!Files.exists(metrics())) {
      return Files.exists(model());
    }
    int lines = 0;
    for (byte character : Files.readAllBytes(metrics())) {
      lines += character == '\n' ? 1 : 0;
    }
    return lines > 2;
  }

  /** Whether there is a checkpoint, usable or not. */
  boolean hasCheckpoint() throws IOException {
    return list(checkpoints()).stream().anyMatch(Checkpoints::isCheckpoint);
  }

  /** Deletes what a killed process left of files that it was writing. */
  void removeLeftovers() throws IOException {
    delete(folder, AtomicFile::isTemporary);
    delete(checkpoints(), AtomicFile::isTemporary);
  }

  /** Deletes the checkpoints, and their folder unless something else is in it. */
  void deleteCheckpoints() throws IOException {
    delete(checkpoints(), file -> AtomicFile.isTemporary(file) || Checkpoints.isCheckpoint(file));
    try {
      Files.deleteIfExists(checkpoints());
    } catch (DirectoryNotEmptyException e) {
      return; // it holds files that are not the run's
    }
  }

  /** Deletes what tells of an earlier run in the folder. */
  void deleteResults() throws IOException {
    for (Path file : List.of(data(), validation(), test(), views(), report(), summary())) {
      Files.deleteIfExists(file);
    }
    deleteEvents();
  }

  /**
   * Lists TensorBoard's event files that graft wrote.
   *
   * @return the files, sorted by name, which tells when they were begun
   * @throws IOException if the folder cannot be read
   */
  public List<Path> events() throws IOException {
    return list(folder).stream()
        .filter(file -> EVENTS.matcher(file.getFileName().toString()).matches())
        .sorted()
        .toList();
  }

  /**
   * Deletes TensorBoard's event files, where graft wrote them.
   *
   * @throws IOException if one cannot be deleted
   */
  public void deleteEvents() throws IOException {
    for (Path file : events()) {
      Files.deleteIfExists(file);
    }
  }

  private static void delete(Path folder, Predicate<Path> which) throws IOException {
    for (Path file : list(folder)) {
      if (which.test(file)) {
        Files.deleteIfExists(file);
      }
    }
  }

  private static List<Path> list(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }
}
