package dev.graft.train;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Keeps two processes from writing to one run: a run that is resumed while it is still going on
 * elsewhere would mix its files. The system releases the lock when a process dies.
 *
 * <p>The lock is on a file that its holder deletes at the end. Another process may have opened the
 * file just before that; it then locks a file that has no name any more, and a third could lock a
 * new one. So whoever has a lock writes a word of its own into the file and reads it back by name.
 */
final class RunLock implements AutoCloseable {
  private final Path file;
  private final FileChannel channel;

  private RunLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Takes the lock of a run's folder.
   *
   * @throws RunException if another process has it
   */
  static RunLock take(Path folder) throws IOException {
    Path file = folder.resolve(".lock");
    while (true) {
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      boolean taken = false;
      try {
        if (tryLock(channel) == null) {
          throw new RunException(
              "Another graft is writing to "
                  + folder
                  + ". Wait for it, stop it, or pass another --out.");
        }
        taken = isNamed(file, channel);
      } finally {
        if (!taken) {
          channel.close();
        }
      }
      if (taken) {
        return new RunLock(file, channel);
      }
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock(Byte.MAX_VALUE, 1, false); // beyond the word, which stays readable
    } catch (OverlappingFileLockException e) {
      return null; // this very process has it
    }
  }

  private static boolean isNamed(Path file, FileChannel channel) throws IOException {
    byte[] word = UUID.randomUUID().toString().getBytes(StandardCharsets.US_ASCII);
    channel.truncate(0);
    channel.write(ByteBuffer.wrap(word), 0);
    try {
      return Arrays.equals(Files.readAllBytes(file), word);
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
    }
  }
}
