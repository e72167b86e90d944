package dev.graft.train;

import dev.graft.data.FeatureStore;
import dev.graft.torch.IoProblem;
import dev.graft.torch.Printable;
import dev.graft.torch.Sha256;
import dev.graft.weights.WeightsException;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The features of one backbone on disk: a folder named after everything that decides their bits, in
 * which each write adds one {@link FeatureFile}. A file is never changed, so processes that use the
 * folder at the same time do not disturb each other.
 *
 * <p>A file that cannot be used is removed, and what cannot be written is left out; both are told
 * and end nothing.
 */
final class FeatureFiles implements FeatureStore {
  private static final Pattern NAME = Pattern.compile("[0-9a-f]{64}\\.safetensors");

  private final Path folder;
  private final String backbone;
  private final Consumer<String> notes;
  private boolean writable = true;

  /**
   * Names the folder; nothing is read or made yet.
   *
   * @param cache the folder of all caches
   * @param backbone text that names everything that decides the features' bits
   * @param notes hears what went wrong, in sentences
   */
  FeatureFiles(Path cache, String backbone, Consumer<String> notes) {
    this.folder = cache.resolve("features").resolve(Sha256.of(backbone));
    this.backbone = backbone;
    this.notes = notes;
  }

  @Override
  public Map<String, float[]> read(Set<String> keys) {
    Map<String, float[]> rows = new HashMap<>();
    for (Path file : files()) {
      try {
        rows.putAll(FeatureFile.read(file, backbone, keys));
      } catch (WeightsException e) {
        leaveOut(file, String.valueOf(e.getMessage()), !isReadError(e)); // it names the file
      } catch (FeatureFile.Unusable e) {
        leaveOut(file, "Cannot use " + file + ": " + e.getMessage() + ".", true);
      }
    }
    return rows;
  }

  private List<Path> files() {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> NAME.matcher(String.valueOf(file.getFileName())).matches())
          .sorted()
          .toList();
    } catch (IOException e) {
      notes.accept(
          "Cannot read the features in "
              + folder
              + ": "
              + Printable.message(IoProblem.of(e))
              + ".");
      return List.of();
    } catch (UncheckedIOException e) {
      notes.accept("Cannot read all features in " + folder + ": " + e.getMessage() + ".");
      return List.of();
    }
  }

  /** Whether the file may be good, but the system could not read it now. */
  private static boolean isReadError(WeightsException e) {
    return e.getCause() instanceof IOException && !(e.getCause() instanceof EOFException);
  }

  private void leaveOut(Path file, String why, boolean bad) {
    notes.accept(why + " These features are computed again.");
    if (!bad) {
      return;
    }
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      return; // then it is told again by the next run
    }
  }

  @Override
  public void write(Map<String, float[]> rows) {
    if (!writable) {
      return;
    }
    String name = Sha256.of(String.join("\n", rows.keySet().stream().sorted().toList()));
    Path file = folder.resolve(name + ".safetensors");
    try {
      Files.createDirectories(folder);
      FeatureFile.write(file, backbone, rows);
    } catch (IOException e) {
      failed(IoProblem.of(e));
    } catch (UncheckedIOException e) {
      IOException cause = e.getCause();
      failed(cause == null ? e.toString() : IoProblem.of(cause));
    }
  }

  private void failed(String reason) {
    writable = false;
    notes.accept(
        "Cannot keep features in "
            + Printable.message(folder.toString())
            + ": "
            + Printable.message(reason)
            + ". The run goes on without; make room, or pass another --cache-dir.");
  }
}
