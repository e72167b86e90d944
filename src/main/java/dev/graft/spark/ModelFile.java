package dev.graft.spark;

import dev.graft.model.Card;
import dev.graft.model.ModelException;
import dev.graft.torch.IoProblem;
import dev.graft.torch.Printable;
import dev.graft.torch.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
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

  ModelFile(String location, Storage storage) {
    this.location = location;
    this.storage = storage;
  }

  /**
   * What the driver finds out about a model.
   *
   * @param digest the SHA-256 of the file
   * @param card what the model says of itself
   */
  record Facts(String digest, Card card) {}

  /**
   * Reads the file, without libtorch.
   *
   * @throws IllegalArgumentException if it cannot be read from here
   * @throws ModelException if it is no model of graft
   */
  Facts read() {
    try {
      Path folder = Files.createTempDirectory("graft-spark-");
      Path copy = folder.resolve("model.pt");
      try {
        String digest = copyTo(copy);
        return new Facts(digest, card(copy));
      } finally {
        Files.deleteIfExists(copy);
        Files.deleteIfExists(folder);
      }
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "Cannot read the model "
              + this
              + ": "
              + Printable.message(IoProblem.of(e))
              + ". Driver and executors must see it under that name: on a shared file system, or"
              + " through spark-submit --files as spark-files:NAME.",
          e);
    }
  }

  /** What is wrong with the copy is told of the file that the user knows. */
  private Card card(Path copy) {
    try {
      return Card.read(copy);
    } catch (RuntimeException e) {
      String why = String.valueOf(e.getMessage()).replace(copy.toString(), toString());
      throw new ModelException(why);
    }
  }

  /**
   * Copies the file.
   *
   * @param digest the SHA-256 that it must have
   * @throws ModelException if it is another file by now
   */
  void copyTo(Path target, String digest) throws IOException {
    if (!copyTo(target).equals(digest)) {
      throw new ModelException(
          this
              + " is not the file that it was when the job was planned, or not the same on all"
              + " machines. Give each version of a model a name of its own.");
    }
  }

  private String copyTo(Path target) throws IOException {
    MessageDigest digest = Sha256.begin();
    try (InputStream in = open();
        OutputStream out = new DigestOutputStream(Files.newOutputStream(target), digest)) {
      in.transferTo(out);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private InputStream open() throws IOException {
    return location.startsWith(SPARK_FILES)
        ? Files.newInputStream(Path.of(SparkFiles.get(location.substring(SPARK_FILES.length()))))
        : storage.open(location);
  }

  @Override
  public String toString() {
    return Printable.of(location);
  }
}
