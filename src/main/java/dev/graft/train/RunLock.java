package dev.graft.train;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Keeps two processes from writing to one run: a run that is resumed while it is still going on
 * elsewhere would mix its files. The system releases the lock when a process dies.
 *
 * <p>The lock is on a file that its holder deletes at the end. Another process may have opened the
 * file just before that; it then locks a file that has no name any more, and a third could lock a
 * new one. So whoever has a lock gives the file a size of its own, and looks whether the file of
 * that name has it. It must not open the file to look: POSIX takes a process's locks on a file away
 * when the process closes any descriptor of it. For the same reason a process does not open the
 * file again whose lock it holds.
 */
final class RunLock implements AutoCloseable {
  /** The folders that this process has locked. */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private static final int LARGEST = 1 << 20;

  private final Path folder;
  private final Path file;
  private final FileChannel channel;

  private RunLock(Path folder, Path file, FileChannel channel) {
    this.folder = folder;
    this.file = file;
    this.channel = channel;
  }

  /**
   * Takes the lock of a run's folder.
   *
   * @param folder must exist
   * @throws RunException if another run has it
   */
  static RunLock take(Path folder) throws IOException {
    Path real = folder.toRealPath();
    if (!HELD.add(real)) {
      throw taken(folder);
    }
    boolean kept = false;
    try {
      RunLock lock = take(folder, real);
      kept = true;
      return lock;
    } finally {
      if (!kept) {
        HELD.remove(real);
      }
    }
  }

  private static RunLock take(Path folder, Path real) throws IOException {
    Path file = real.resolve(".lock");
    while (true) {
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      boolean kept = false;
      try {
        FileLock lock = channel.tryLock();
        if (lock == null) {
          throw taken(folder);
        }
        kept = isNamed(file, channel);
      } finally {
        if (!kept) {
          channel.close();
        }
      }
      if (kept) {
        return new RunLock(real, file, channel);
      }
    }
  }

  private static RunException taken(Path folder) {
    return new RunException(
        "Another graft is writing to " + folder + ". Wait for it, stop it, or pass another --out.");
  }

  private static boolean isNamed(Path file, FileChannel channel) throws IOException {
    int size = ThreadLocalRandom.current().nextInt(1, LARGEST);
    channel.truncate(0);
    channel.write(ByteBuffer.allocate(1), size - 1L); // the rest takes no room
    try {
      return Files.size(file) == size;
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  @Override
  public void close() throws IOException {
    try {
      Files.deleteIfExists(file);
    } finally {
      channel.close();
      HELD.remove(folder);
    }
  }
}
