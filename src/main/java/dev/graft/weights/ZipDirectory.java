package dev.graft.weights;

import dev.graft.weights.FileKind.Cures;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/**
 * The size of a zip's central directory, which {@link java.util.zip.ZipFile} reads whole, making
 * arrays for as many entries as it claims. The record at the end of the zip is found by the rules
 * of that class, so that both look at the same one; what is no zip is left to it.
 */
final class ZipDirectory {
  /** A state dict has an entry a tensor, and pickles of more than 30,000 tensors are refused. */
  static final int MAX_ENTRIES = 50_000;

  /** About 110 bytes an entry are usual. */
  static final int MAX_BYTES = 16 << 20;

  private static final int END_SIGNATURE = 0x06054b50;
  private static final int END_BYTES = 22;
  private static final int MAX_COMMENT = 0xffff;
  private static final int LOCATOR_SIGNATURE = 0x07064b50;
  private static final int LOCATOR_BYTES = 20;
  private static final int END64_SIGNATURE = 0x06064b50;
  private static final int END64_BYTES = 56;
  private static final int ENTRY_SIGNATURE = 0x02014b50;
  private static final int LOCAL_SIGNATURE = 0x04034b50;

  /** What the 32-bit record has where the 64-bit one has the number. */
  private static final long ELSEWHERE = 0xffff;

  private static final long ELSEWHERE_BYTES = 0xffff_ffffL;

  private final OpenFile in;
  private final ByteBuffer tail;
  private final long tailStart;

  private ZipDirectory(OpenFile in) throws IOException {
    this.in = in;
    int length = (int) Math.min(in.size(), END_BYTES + MAX_COMMENT);
    this.tailStart = in.size() - length;
    this.tail = read(tailStart, length);
  }

  /**
   * Reads the end of a zip only.
   *
   * @throws WeightsException if its directory is larger than a weights file needs
   */
  static void requireSmall(Path file) throws IOException {
    try (var in = new OpenFile(file)) {
      new ZipDirectory(in).require(file);
    }
  }

  private void require(Path file) throws IOException {
    int end = tail.limit() - END_BYTES;
    while (end >= 0 && !(tail.getInt(end) == END_SIGNATURE && isEnd(end))) {
      end--;
    }
    if (end < 0) {
      return;
    }
    long entries = Short.toUnsignedLong(tail.getShort(end + 10));
    long bytes = unsigned(tail, end + 12);
    ByteBuffer locator = read(tailStart + end - LOCATOR_BYTES, LOCATOR_BYTES);
    if (locator.hasRemaining() && locator.getInt(0) == LOCATOR_SIGNATURE) {
      ByteBuffer end64 = read(locator.getLong(8), END64_BYTES);
      if (end64.hasRemaining() && end64.getInt(0) == END64_SIGNATURE) {
        requireSmall(file, end64.getLong(32), end64.getLong(40));
        entries = entries == ELSEWHERE ? 0 : entries;
        bytes = bytes == ELSEWHERE_BYTES ? 0 : bytes;
      }
    }
    requireSmall(file, entries, bytes);
  }

  /** A record that does not end with the file counts if a directory lies where it says. */
  private boolean isEnd(int end) throws IOException {
    int comment = Short.toUnsignedInt(tail.getShort(end + 20));
    if (end + END_BYTES + comment == tail.limit()) {
      return true;
    }
    long directory = tailStart + end - unsigned(tail, end + 12);
    long first = directory - unsigned(tail, end + 16);
    return begins(directory, ENTRY_SIGNATURE) && begins(first, LOCAL_SIGNATURE);
  }

  private boolean begins(long at, int signature) throws IOException {
    ByteBuffer start = read(at, Integer.BYTES);
    return start.hasRemaining() && start.getInt(0) == signature;
  }

  private static void requireSmall(Path file, long entries, long bytes) {
    boolean many = entries < 0 || entries > MAX_ENTRIES;
    boolean large = bytes < 0 || bytes > MAX_BYTES;
    if (many || large) {
      throw new WeightsException(
          file,
          "its zip directory has "
              + (many
                  ? Long.toUnsignedString(entries) + " entries, more than " + MAX_ENTRIES
                  : Long.toUnsignedString(bytes) + " bytes, more than " + MAX_BYTES),
          Cures.AGAIN);
    }
  }

  private static long unsigned(ByteBuffer bytes, int at) {
    return Integer.toUnsignedLong(bytes.getInt(at));
  }

  /** Some bytes, or none if they are not all in the file. */
  private ByteBuffer read(long at, int length) throws IOException {
    boolean there = at >= 0 && at <= in.size() - length;
    return ByteBuffer.wrap(there ? in.read(at, length) : new byte[0])
        .order(ByteOrder.LITTLE_ENDIAN);
  }
}
