package dev.graft.torch;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A file whose lock one holder at a time has, be it in this process or another. The system releases
 * the lock when a process dies; whoever takes it next uses the file that was left.
 *
 * <p>The holder deletes the file at the end. Another process may have opened the file just before
 * that; it then locks a file that has no name any more, and a third could lock a new one. So
 * whoever has a lock gives the file a size of its own, and looks whether the file of that name has
 * it. It must not open the file to look: POSIX takes a process's locks on a file away when the
 * process closes any descriptor of it. For the same reason a process does not open the file again
 * whose lock it holds.
 */
public final class LockFile implements AutoCloseable {
  /** The files that this process has locked. */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private static final int LARGEST = 1 << 20;

  private final Path file;
  private final FileChannel channel;

  private LockFile(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Takes the lock if nobody has it. Does not wait.
   *
   * @param file for this lock only: created, overwritten and deleted; its folder must exist
   * @return the lock, or empty if another holder has it
   * @throws IOException if the file cannot be made, or there is something of that name that is no
   *     regular file, which is then left alone; opening a pipe would block for ever
   */
  public static Optional<LockFile> tryTake(Path file) throws IOException {
    Path absolute = file.toAbsolutePath();
    Path real = absolute.resolveSibling("").toRealPath().resolve(absolute.getFileName());
    if (!HELD.add(real)) {
      return Optional.empty();
    }
    Optional<LockFile> lock = Optional.empty();
    try {
      lock = open(real);
      return lock;
    } finally {
      if (lock.isEmpty()) {
        HELD.remove(real);
      }
    }
  }

  private static Optional<LockFile> open(Path file) throws IOException {
    while (true) {
      requireRegular(file);
      FileChannel channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
      boolean kept = false;
      try {
        FileLock lock = channel.tryLock();
        if (lock == null) {
          return Optional.empty();
        }
        kept = isNamed(file, channel);
      } finally {
        if (!kept) {
          channel.close();
        }
      }
      if (kept) {
        return Optional.of(new LockFile(file, channel));
      }
    }
  }

  private static void requireRegular(Path file) throws IOException {
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)
        && !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new FileSystemException(
          file.toString(), null, "it is no regular file, so it cannot be locked");
    }
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

  /** Deletes the file and releases the lock. */
  @Override
  public void close() throws IOException {
    try {
      Files.deleteIfExists(file);
    } finally {
      channel.close();
      HELD.remove(file);
    }
  }
}
