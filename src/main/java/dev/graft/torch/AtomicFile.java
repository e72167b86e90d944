package dev.graft.torch;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

/**
 * Writes a file whole or not at all. The content goes to a temporary file beside the target, is
 * synchronised with the disk, and is renamed over the target in one step; the folder is
 * synchronised where the system can do that. A reader sees the old file or the new one, never half
 * of one, and what fails on the way leaves the old one as it was and no temporary file.
 *
 * <p>Each call has a temporary file of its own, so that two writers of one target cannot mix their
 * bytes; the later rename wins. A process that is killed leaves its temporary file, whose name
 * begins with a dot and ends in {@code .tmp}. Nothing here needs the native library.
 */
public final class AtomicFile {
  private static final Pattern TEMPORARY =
      Pattern.compile("\\..*\\.\\d+-\\d+\\.tmp", Pattern.DOTALL);
  private static final AtomicLong COUNTER = new AtomicLong();
  private static final int BUFFER_BYTES = 1 << 16;

  private AtomicFile() {}

  /** Writes content to a channel that is open for writing and at its beginning. */
  @FunctionalInterface
  public interface ChannelContent {
    /**
     * Writes the content.
     *
     * @param channel where to; must be left open
     * @throws IOException if that fails; the target then stays as it was
     */
    void writeTo(FileChannel channel) throws IOException;
  }

  /** Writes content to a buffered stream. */
  @FunctionalInterface
  public interface StreamContent {
    /**
     * Writes the content.
     *
     * @param out where to; closing it early does no harm to the file
     * @throws IOException if that fails; the target then stays as it was
     */
    void writeTo(OutputStream out) throws IOException;
  }

  /**
   * Writes a file through a channel.
   *
   * @param target the file to create or replace; its folder must exist
   * @param content writes the bytes
   * @throws IOException if the content cannot be written, synchronised or renamed
   */
  public static void write(Path target, ChannelContent content) throws IOException {
    Path whole = target.toAbsolutePath();
    Path beside = beside(whole);
    try {
      try (FileChannel out =
          FileChannel.open(beside, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        content.writeTo(out);
        out.force(true);
      }
      Files.move(
          beside, whole, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(beside);
    }
    syncFolder(whole);
  }

  /**
   * Writes a file through a buffered stream.
   *
   * @param target the file to create or replace; its folder must exist
   * @param content writes the bytes
   * @throws IOException if the content cannot be written, synchronised or renamed
   */
  public static void writeStream(Path target, StreamContent content) throws IOException {
    write(
        target,
        channel -> {
          // Not closed: that would close the channel before it is synchronised.
          var out = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER_BYTES);
          content.writeTo(out);
          out.flush();
        });
  }

  /**
   * Writes text as UTF-8.
   *
   * @param target the file to create or replace; its folder must exist
   * @param text the whole content
   * @throws IOException if the content cannot be written, synchronised or renamed
   */
  public static void writeString(Path target, String text) throws IOException {
    writeStream(target, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  /**
   * Synchronises the folder that holds a file, so that a rename in it outlasts a power cut. Does
   * nothing on systems that cannot open a folder, such as Windows.
   *
   * @param file a file in the folder
   */
  public static void syncFolder(Path file) {
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null) {
      return;
    }
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      // The file itself is on the disk; only how soon its name is there is left to the system.
      return;
    }
  }

  /**
   * Tells whether a file's name is that of a temporary file of this class, which a process that was
   * killed leaves.
   *
   * @param file need not exist
   * @return true if it may be deleted once no process writes there
   */
  public static boolean isTemporary(Path file) {
    return TEMPORARY.matcher(String.valueOf(file.getFileName())).matches();
  }

  private static Path beside(Path target) {
    String unique = ProcessHandle.current().pid() + "-" + COUNTER.incrementAndGet();
    return target.resolveSibling("." + target.getFileName() + "." + unique + ".tmp");
  }
}
