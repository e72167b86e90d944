package dev.graft.spark;

import dev.graft.spark.StorageProblem.NoFileException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.attribute.BasicFileAttributes;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;
import scala.jdk.javaapi.CollectionConverters;

/**
 * The file systems that Spark's session knows, for driver and executors. Places are as Spark writes
 * them: a path, in the default file system, or a URI, and nothing in them is escaped.
 */
final class Storage implements Serializable {
  private static final long serialVersionUID = 1L;

  private final SerializableConfiguration configuration;

  private Storage(Configuration configuration) {
    this.configuration = new SerializableConfiguration(configuration);
  }

  /** What a session was told about file systems, when it was made and since, as Spark has it. */
  static Storage of(SparkSession session) {
    var configuration = new Configuration(session.sparkContext().hadoopConfiguration());
    CollectionConverters.asJava(session.conf().getAll()).forEach(configuration::set);
    return new Storage(configuration);
  }

  /**
   * Opens a file.
   *
   * @throws IOException if it cannot be opened
   */
  InputStream open(String location) throws IOException {
    try {
      Path path = path(location);
      FileSystem files = files(path);
      if (files instanceof LocalFileSystem) { // by itself, which looks for no checksums beside it
        return openLocal(path.toUri().getPath());
      }
      return files.open(path);
    } catch (IllegalArgumentException e) {
      if (e.getCause() instanceof IOException problem) { // such as a server whose name is unknown
        throw problem;
      }
      throw new NoFileException(String.valueOf(e.getMessage())); // what no file can be called
    }
  }

  /**
   * Opens a file of this machine.
   *
   * @throws IOException if it cannot be opened
   */
  static InputStream openLocal(String location) throws IOException {
    java.nio.file.Path file;
    try {
      file = java.nio.file.Path.of(location);
    } catch (InvalidPathException e) {
      throw new NoFileException(
          "no file here can have that name ("
              + e.getReason()
              + "); if it has letters beyond ASCII, set spark.executorEnv.LC_ALL=C.UTF-8");
    }
    if (!Files.readAttributes(file, BasicFileAttributes.class).isRegularFile()) {
      throw new NoFileException("it is no regular file"); // opening a pipe would block for ever
    }
    return Files.newInputStream(file);
  }

  /** Tells whether there is a file or folder. */
  boolean exists(String location) throws IOException {
    Path path = path(location);
    return files(path).exists(path);
  }

  /** Completes a place that is relative, or names no file system, as this machine would. */
  String qualify(String location) throws IOException {
    Path path = path(location);
    return files(path).makeQualified(path).toString();
  }

  /** The file system of a path. */
  FileSystem files(Path path) throws IOException {
    return path.getFileSystem(configuration.value());
  }

  private static Path path(String location) throws IOException {
    try {
      return new Path(location);
    } catch (IllegalArgumentException e) { // such as an empty one
      throw new NoFileException("it is no path: " + e.getMessage());
    }
  }
}
