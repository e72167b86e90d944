package dev.graft.weights;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The tensors of an open weights file. It holds names, types and shapes; a tensor's bytes are read
 * when they are asked for, so that a file of any size needs memory for one tensor at a time.
 *
 * <p>The file stays open until {@link #close}. It is read, not mapped: a mapped file that another
 * process shortens ends the JVM when native code touches it, and Java cannot unmap a file, which on
 * Windows forbids replacing it. Tensors may be read by several threads.
 */
public final class StoredStateDict implements AutoCloseable {
  private final Path file;
  private final WeightsFormat format;
  private final Closeable resource;
  private final Map<String, StoredTensor> tensors = new LinkedHashMap<>();
  private final Map<String, String> metadata = new LinkedHashMap<>();
  private final List<String> dropped = new ArrayList<>();
  private volatile boolean closed;

  /** Reads a tensor's bytes from the open file. */
  @FunctionalInterface
  interface Bytes {
    byte[] read() throws IOException;
  }

  StoredStateDict(Path file, WeightsFormat format, Closeable resource) {
    this.file = file;
    this.format = format;
    this.resource = resource;
  }

  void add(String name, StoredType type, List<Long> shape, Bytes bytes) {
    tensors.put(name, StoredTensor.lazy(type, shape, () -> read(name, bytes)));
  }

  void addMetadata(Map<String, String> entries) {
    metadata.putAll(entries);
  }

  void addDropped(List<String> names) {
    dropped.addAll(names);
  }

  private ByteBuffer read(String name, Bytes bytes) {
    if (closed) {
      throw new IllegalStateException(file + " is closed");
    }
    try {
      return ByteBuffer.wrap(bytes.read());
    } catch (IOException e) {
      if (closed) {
        throw new IllegalStateException(file + " was closed while " + name + " was read", e);
      }
      throw new WeightsException(
          file,
          "reading " + name + " failed, though the file was whole when it was opened: " + e,
          "Leave the file alone while it is read.",
          e);
    }
  }

  /**
   * Returns the format that the file was recognised as.
   *
   * @return the format
   */
  public WeightsFormat format() {
    return format;
  }

  /**
   * Returns the tensors by name.
   *
   * @return an unmodifiable map in the file's order, never empty
   */
  public Map<String, StoredTensor> tensors() {
    return Collections.unmodifiableMap(tensors);
  }

  /**
   * Returns the file's own notes about itself.
   *
   * @return safetensors' {@code __metadata__}; empty for other formats
   */
  public Map<String, String> metadata() {
    return Collections.unmodifiableMap(metadata);
  }

  /**
   * Returns what the file holds beside the tensors and this does not: the other keys of a
   * checkpoint, such as {@code optimizer}, and what in the state dict is no tensor.
   *
   * @return an unmodifiable list of names in the file's order, fit to print: shortened, without
   *     control characters; empty for safetensors
   */
  public List<String> dropped() {
    return Collections.unmodifiableList(dropped);
  }

  /** Closes the file; its tensors cannot be read any more. Closing twice is harmless. */
  @Override
  public void close() {
    closed = true;
    try {
      resource.close();
    } catch (IOException e) {
      throw new WeightsException(file, "closing it failed: " + e, FileKind.Cures.AGAIN, e);
    }
  }
}
