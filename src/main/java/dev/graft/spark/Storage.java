package dev.graft.spark;

import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.attribute.BasicFileAttributes;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.util.SerializableConfiguration;

/** The file systems that Spark's session knows, for driver and executors. */
final class Storage implements Serializable {
  private static final long serialVersionUID = 1L;

  private final SerializableConfiguration configuration;

  Storage(Configuration configuration) {
    this.configuration = new SerializableConfiguration(configuration);
  }

  /**
   * Opens a file.
   *
   * @param location a path, in the default file system where it names no other, or a URI. As Spark
   *     writes them: nothing in it is escaped
   * @throws IOException if it cannot be opened
   */
  InputStream open(String location) throws IOException {
    Path path = path(location);
    FileSystem files = path.getFileSystem(configuration.value());
    if (files instanceof LocalFileSystem) { // by itself, which looks for no checksums beside it
      return openLocal(path.toUri().getPath());
    }
    return files.open(path);
  }

  private static InputStream openLocal(String location) throws IOException {
    java.nio.file.Path file = java.nio.file.Path.of(location);
    if (!Files.readAttributes(file, BasicFileAttributes.class).isRegularFile()) {
      // Opening a pipe would block for ever.
      throw new FileSystemException(location, null, "it is no regular file");
    }
    return Files.newInputStream(file);
  }

  /**
   * Tells whether there is a file or folder.
   *
   * @param location as for {@link #open}
   */
  boolean exists(String location) throws IOException {
    Path path = path(location);
    return path.getFileSystem(configuration.value()).exists(path);
  }

  private static Path path(String location) throws IOException {
    try {
      return new Path(location);
    } catch (IllegalArgumentException e) { // such as an empty one
      throw new IOException("it is no path: " + e.getMessage(), e);
    }
  }
}
