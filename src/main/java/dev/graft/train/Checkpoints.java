package dev.graft.train;

import dev.graft.torch.IoProblem;
import dev.graft.weights.SafetensorsFile;
import dev.graft.weights.StateDictFile;
import dev.graft.weights.StoredStateDict;
import dev.graft.weights.WeightsException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A run's state on disk, so that a run that was killed goes on where it was, bit for bit. A
 * checkpoint is written after each epoch, when a run is asked to stop, and within an epoch when
 * enough time has passed; each is a safetensors file, written beside its name, synchronised and
 * renamed. The newest few are kept, so that there is another where one is damaged.
 */
public final class Checkpoints {
  private static final Pattern NAME = Pattern.compile("checkpoint-(\\d{6,9})\\.safetensors");

  private final @Nullable Path folder;
  private final RunConfig.CheckpointConfig config;
  private final List<Path> unusable = new ArrayList<>();
  private long lastNanos = System.nanoTime();

  private Checkpoints(@Nullable Path folder, RunConfig.CheckpointConfig config) {
    this.folder = folder;
    this.config = config;
  }

  /**
   * Keeps checkpoints in a folder. Those that are there already are of the run that goes on.
   *
   * @param folder made when it is needed
   * @param config how many, how often
   * @return the checkpoints
   */
  public static Checkpoints in(Path folder, RunConfig.CheckpointConfig config) {
    return new Checkpoints(folder, config);
  }

  /**
   * Keeps none.
   *
   * @return nothing is written
   */
  public static Checkpoints none() {
    return new Checkpoints(null, new RunConfig.CheckpointConfig(0, java.time.Duration.ofDays(1)));
  }

  /**
   * Puts the newest usable state into the given one; leaves it alone if there is none at all.
   *
   * @return its file, or null
   */
  @Nullable Path restoreNewest(TrainingState state, TrainingListener listener) {
    if (folder == null) {
      return null;
    }
    List<String> problems = new ArrayList<>();
    for (Path file : files()) {
      try (StoredStateDict stored = StateDictFile.read(file)) {
        Checkpoint.restore(stored, state);
        listener.on(
            new TrainingEvent.RunResumed(
                state.epoch, state.position, state.results, state.best.validation(), problems));
        return file;
      } catch (WeightsException e) {
        unusable.add(file);
        problems.add(String.valueOf(e.getMessage())); // which names the file
      } catch (Checkpoint.Unusable e) {
        unusable.add(file);
        problems.add(file + ": " + e.getMessage());
      }
    }
    if (!problems.isEmpty()) {
      throw new RunException(
          "Cannot resume: no checkpoint can be used.\n  "
              + String.join("\n  ", problems)
              + "\nPass --overwrite to begin again, or restore the files from a copy.");
    }
    return null;
  }

  /** Whether enough time has passed since the last checkpoint. */
  boolean isDue() {
    return folder != null
        && config.keep() > 0
        && System.nanoTime() - lastNanos >= config.every().toNanos();
  }

  /**
   * Writes the state, and what all ranks have counted of its training phase; then removes what is
   * no longer needed.
   */
  void write(TrainingState state, Meter.Counts counts) {
    if (folder == null || config.keep() == 0) {
      return;
    }
    try (Checkpoint.Contents contents = Checkpoint.of(state, counts)) {
      Files.createDirectories(folder);
      List<Path> before = files();
      int number = before.isEmpty() ? 0 : number(before.get(0)) + 1;
      Path file = folder.resolve("checkpoint-%06d.safetensors".formatted(number));
      SafetensorsFile.write(file, contents.tensors(), contents.metadata());
      for (Path old : unusable) {
        Files.deleteIfExists(old);
      }
      unusable.clear();
      for (Path old : files().stream().skip(config.keep()).toList()) {
        Files.deleteIfExists(old);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write to " + folder + ": " + IoProblem.of(e), e);
    }
    lastNanos = System.nanoTime();
  }

  /** The checkpoints, newest first. */
  private List<Path> files() {
    Path present = folder;
    if (present == null || !Files.isDirectory(present)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(present)) {
      return files
          .filter(Checkpoints::isCheckpoint)
          .sorted((a, b) -> Integer.compare(number(b), number(a)))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot list " + present + ": " + e.getMessage(), e);
    }
  }

  /** Whether a file's name is a checkpoint's. */
  static boolean isCheckpoint(Path file) {
    return number(file) >= 0;
  }

  private static int number(Path file) {
    Matcher name = NAME.matcher(String.valueOf(file.getFileName()));
    return name.matches() ? Integer.parseInt(name.group(1)) : -1;
  }
}
