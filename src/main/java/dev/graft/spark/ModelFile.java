package dev.graft.spark;

import dev.graft.model.Card;
import dev.graft.model.ModelException;
import dev.graft.torch.Printable;
import dev.graft.weights.TorchScriptFile;
import dev.graft.weights.WeightsException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.function.Function;
import org.apache.spark.SparkFiles;

/**
 * Where a model's file is: a path or URI of a file system that Hadoop knows, or {@code
 * spark-files:NAME}, which is a file that Spark brought to each executor.
 */
final class ModelFile implements Serializable {
  private static final String SPARK_FILES = "spark-files:";
  private static final long serialVersionUID = 1L;

  private final String location;
  private final Storage storage;

  private ModelFile(String location, Storage storage) {
    this.location = location;
    this.storage = storage;
  }

  /**
   * Finds a file in the driver, whose working folder and file systems executors need not have.
   *
   * @throws IllegalArgumentException if it cannot be found from here
   */
  static ModelFile of(String location, Storage storage) {
    if (location.startsWith(SPARK_FILES)) {
      return new ModelFile(location, storage);
    }
    try {
      return new ModelFile(storage.qualify(location), storage);
    } catch (IOException e) {
      throw unreadable(location, e);
    }
  }

  /**
   * What the driver finds out about a model.
   *
   * @param digest the SHA-256 of the file
   * @param card what the model says of itself
   */
  record Facts(String digest, Card card) {}

  /**
   * Reads the file and checks that it is whole, without libtorch.
   *
   * @throws IllegalArgumentException if it cannot be read from here
   * @throws ModelException if it is damaged, or no model of graft
   */
  Facts read() {
    try (var copy = new LocalCopy();
        InputStream in = open()) {
      String digest = copy.fill(in);
      return new Facts(digest, use(copy, ModelFile::card));
    } catch (IOException e) {
      throw unreadable(location, e);
    }
  }

  private static Card card(Path copy) {
    TorchScriptFile.check(copy);
    return Card.read(copy);
  }

  private static IllegalArgumentException unreadable(String location, IOException e) {
    return new IllegalArgumentException(
        "Cannot read the model "
            + Printable.of(location)
            + ": "
            + Printable.message(StorageProblem.of(e))
            + ". Driver and executors must see it under that name: on a shared file system, or"
            + " through spark-submit --files as spark-files:NAME.",
        e);
  }

  /**
   * Loads from a copy of the file.
   *
   * @param digest the SHA-256 that it must have
   * @param loader is given the copy, which is deleted then
   * @throws UncheckedIOException if it cannot be copied
   * @throws ModelException if it is another file by now, or cannot be used
   */
  <T> T load(String digest, Function<Path, T> loader) {
    try (var copy = new LocalCopy();
        InputStream in = open()) {
      if (!copy.fill(in).equals(digest)) {
        throw new ModelException(
            this
                + " is not the file that it was when the job was planned, or not the same on all"
                + " machines. Give each version of a model a name of its own.");
      }
      return use(copy, loader);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot copy " + this + ": " + StorageProblem.of(e) + ".", e);
    }
  }

  /** What is wrong with the copy is told of the file that the user knows. */
  private <T> T use(LocalCopy copy, Function<Path, T> loader) {
    try {
      return loader.apply(copy.file());
    } catch (ModelException | WeightsException e) {
      String why = String.valueOf(e.getMessage());
      throw new ModelException(why.replace(copy.file().toString(), toString()));
    }
  }

  private InputStream open() throws IOException {
    return location.startsWith(SPARK_FILES)
        ? Storage.openLocal(SparkFiles.get(location.substring(SPARK_FILES.length())))
        : storage.open(location);
  }

  @Override
  public String toString() {
    return Printable.of(location);
  }
}
