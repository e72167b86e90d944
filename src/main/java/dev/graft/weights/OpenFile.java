package dev.graft.weights;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.Path;

/**
 * A file open for reading at any place, by any thread. Unlike a channel it is not closed when a
 * thread that reads is interrupted.
 */
final class OpenFile implements Closeable {
  private final RandomAccessFile file;
  private final long size;

  OpenFile(Path file) throws IOException {
    this.file = new RandomAccessFile(file.toFile(), "r");
    this.size = this.file.length();
  }

  long size() {
    return size;
  }

  /**
   * Reads exactly some bytes. The caller has checked that the file is that long, so that no array
   * larger than the file is made.
   */
  byte[] read(long at, int length) throws IOException {
    if (at < 0 || length < 0 || at > size - length) {
      throw new EOFException("it ends after " + size + " bytes");
    }
    byte[] bytes = new byte[length];
    synchronized (this) {
      file.seek(at);
      file.readFully(bytes);
    }
    return bytes;
  }

  /** The bytes of a part of the file, one after another. */
  InputStream stream(long from, long length) {
    return new InputStream() {
      private long at = from;

      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] into, int offset, int count) throws IOException {
        long left = Math.min(from + length, size) - at;
        if (left <= 0) {
          return count == 0 ? 0 : -1;
        }
        int read;
        synchronized (OpenFile.this) {
          file.seek(at);
          read = file.read(into, offset, (int) Math.min(count, left));
        }
        at += Math.max(read, 0);
        return read;
      }
    };
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
