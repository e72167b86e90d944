package dev.graft.data;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ThreadLocalRandom;

/** A large piece of memory that many images share. Its parts are written and read by any thread. */
interface Slab {
  /** Writes a part that nobody else writes. */
  void write(int at, byte[] bytes, int length) throws IOException;

  /** Reads what was written. */
  void read(int at, byte[] into, int length);

  /** Makes slabs, one after the other. */
  interface Maker extends Closeable {
    /** Throws an OutOfMemoryError or an IOException if there is no room. */
    Slab make(int bytes) throws IOException;
  }

  /** Slabs outside the Java heap. */
  final class Memory implements Maker {
    @Override
    public Slab make(int bytes) {
      ByteBuffer memory = ByteBuffer.allocateDirect(bytes);
      return new Slab() {
        @Override
        public void write(int at, byte[] from, int length) {
          memory.put(at, from, 0, length);
        }

        @Override
        public void read(int at, byte[] into, int length) {
          memory.get(at, into, 0, length);
        }
      };
    }

    @Override
    public void close() {}
  }

  /**
   * Slabs of a file without a name. They are read as mapped memory, but written by system calls: a
   * full disk then is an exception, where a mapped page without room behind it ends the JVM.
   */
  final class TemporaryFile implements Maker {
    private final FileChannel channel;
    private long size;

    /** Makes the file; where the system allows it, its name is gone at once, else at the end. */
    TemporaryFile(Path folder) throws IOException {
      Files.createDirectories(folder);
      String unique = Long.toHexString(ThreadLocalRandom.current().nextLong());
      channel =
          FileChannel.open(
              folder.resolve(".pixels-" + ProcessHandle.current().pid() + "-" + unique + ".tmp"),
              StandardOpenOption.CREATE_NEW,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE,
              StandardOpenOption.DELETE_ON_CLOSE);
    }

    @Override
    public Slab make(int bytes) throws IOException {
      long start = size;
      // Makes the file longer, by a hole: what is read from it was written into it before.
      ByteBuffer mapped = channel.map(FileChannel.MapMode.READ_ONLY, start, bytes);
      size += bytes;
      return new Slab() {
        @Override
        public void write(int at, byte[] from, int length) throws IOException {
          ByteBuffer source = ByteBuffer.wrap(from, 0, length);
          for (long to = start + at; source.hasRemaining(); ) {
            to += channel.write(source, to);
          }
        }

        @Override
        public void read(int at, byte[] into, int length) {
          mapped.get(at, into, 0, length);
        }
      };
    }

    @Override
    public void close() {
      try {
        channel.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
