package dev.graft.weights;

import dev.graft.torch.Printable;
import dev.graft.weights.FileKind.Cures;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/** Whether a zip's directory is sane and its entries are intact. */
final class ZipCheck {
  /**
   * TorchScript stores tensors as they are and compresses only code, so that a file hardly unpacks
   * to more than its size. The allowance is for small files that are all code.
   */
  private static final long MAX_RATIO = 4;

  private static final long ALLOWANCE = 64L << 20;

  private ZipCheck() {}

  /** Checks the directory first, then reads every entry once. */
  static void check(Path file, long fileSize, ZipFile zip) throws IOException {
    List<? extends ZipEntry> entries = zip.stream().toList();
    requireSafeNames(file, entries);
    requireSaneSizes(file, fileSize, entries);
    byte[] buffer = new byte[1 << 16];
    for (ZipEntry entry : entries) {
      requireIntact(file, zip, entry, buffer);
    }
  }

  /** Checks an entry that was read whole. */
  static void requireIntact(Path file, ZipEntry entry, byte[] bytes) {
    CRC32 crc = new CRC32();
    crc.update(bytes);
    if (bytes.length != entry.getSize() || crc.getValue() != entry.getCrc()) {
      throw damaged(file, entry, "its checksum is wrong", null);
    }
  }

  private static void requireIntact(Path file, ZipFile zip, ZipEntry entry, byte[] buffer)
      throws IOException {
    CRC32 crc = new CRC32();
    long size = 0;
    try (InputStream in = zip.getInputStream(entry)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        crc.update(buffer, 0, n);
        size += n;
        if (size > entry.getSize()) {
          throw damaged(file, entry, "it is longer than the directory says", null);
        }
      }
    } catch (ZipException | EOFException e) {
      throw damaged(file, entry, Printable.of(String.valueOf(e.getMessage())), e);
    }
    if (size != entry.getSize()) {
      throw damaged(file, entry, "it is shorter than the directory says", null);
    }
    if (crc.getValue() != entry.getCrc()) {
      throw damaged(file, entry, "its checksum is wrong", null);
    }
  }

  private static void requireSafeNames(Path file, List<? extends ZipEntry> entries) {
    Set<String> names = new HashSet<>();
    for (ZipEntry entry : entries) {
      String name = entry.getName();
      boolean unsafe =
          name.startsWith("/")
              || name.indexOf('\\') >= 0
              || name.indexOf('\0') >= 0
              || List.of(name.split("/", -1)).contains("..");
      if (unsafe) {
        throw new WeightsException(
            file, "its entry " + Printable.of(name) + " points outside", Unpickler.HOSTILE);
      }
      if (!names.add(name)) {
        throw new WeightsException(
            file, "it holds " + Printable.of(name) + " twice", Unpickler.HOSTILE);
      }
    }
  }

  private static void requireSaneSizes(Path file, long fileSize, List<? extends ZipEntry> entries) {
    long limit = fileSize * MAX_RATIO + ALLOWANCE;
    long packed = 0;
    long unpacked = 0;
    for (ZipEntry entry : entries) {
      long size = entry.getSize();
      long compressed = entry.getCompressedSize();
      if (size < 0 || compressed < 0 || size > limit || compressed > fileSize) {
        throw damaged(file, entry, "its size is impossible in a file of this size", null);
      }
      if (entry.getMethod() == ZipEntry.STORED && size != compressed) {
        throw damaged(file, entry, "its two sizes differ though it is not compressed", null);
      }
      packed += compressed;
      unpacked += size;
      if (packed > fileSize) {
        throw new WeightsException(file, "its entries overlap", Unpickler.HOSTILE);
      }
      if (unpacked > limit) {
        throw new WeightsException(
            file,
            "its " + fileSize + " bytes unpack to more than " + limit + ", as a zip bomb's do",
            Unpickler.HOSTILE);
      }
    }
  }

  private static WeightsException damaged(
      Path file, ZipEntry entry, String what, @Nullable IOException cause) {
    return new WeightsException(
        file,
        "its entry " + Printable.of(entry.getName()) + " is damaged: " + what,
        Cures.AGAIN,
        cause);
  }
}
