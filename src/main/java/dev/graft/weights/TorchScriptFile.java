package dev.graft.weights;

import dev.graft.torch.IoProblem;
import dev.graft.torch.Printable;
import dev.graft.weights.FileKind.Cures;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Checks of a TorchScript file in Java, before libtorch sees it. libtorch's reader is not hardened:
 * a damaged or hostile file can end the process where Java can throw an exception.
 *
 * <p>A TorchScript file is a zip whose entries lie in one folder: {@code data.pkl}, {@code
 * constants.pkl}, {@code code/} and usually {@code extra/}, the side files that {@code
 * torch.jit.save(…, _extra_files=…)} adds. Nothing here needs the native library.
 */
public final class TorchScriptFile {
  /** The most bytes {@link #readExtra} reads. */
  static final int MAX_EXTRA_BYTES = 16 << 20;

  private TorchScriptFile() {}

  /**
   * Reads the file once and checks that it is whole and that it is TorchScript: the zip's
   * directory, every entry's name, size and CRC-32, and the entries that TorchScript needs.
   *
   * @param file the file to check
   * @throws WeightsException if the file is missing, a folder, empty or unreadable; is another kind
   *     of file (the message says which it looks like); is truncated or damaged; holds duplicate or
   *     unsafe names or unpacks to far more than its size; or holds tensors but no code
   */
  public static void check(Path file) {
    try (ZipFile zip = open(file)) {
      ZipCheck.check(file, Files.size(file), zip);
      requireTorchScript(file, zip);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /**
   * The names of the side files in a TorchScript file. Checks the directory of the zip only.
   *
   * @param file a TorchScript file
   * @return the names below {@code extra/}, in the file's order
   * @throws WeightsException if the file cannot be opened as a zip
   */
  public static List<String> extraFiles(Path file) {
    try (ZipFile zip = open(file)) {
      String prefix = root(zip) + "extra/";
      return zip.stream()
          .filter(e -> !e.isDirectory() && e.getName().startsWith(prefix))
          .map(e -> e.getName().substring(prefix.length()))
          .toList();
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /**
   * Reads one side file as UTF-8 text and checks its CRC-32.
   *
   * @param file a TorchScript file
   * @param name the side file's name without {@code extra/}, for example {@code classes.json}
   * @return its text, or empty if there is no such side file
   * @throws WeightsException if the file cannot be opened as a zip, or if the side file is damaged
   *     or larger than 16 MiB
   */
  public static Optional<String> readExtra(Path file, String name) {
    try (ZipFile zip = open(file)) {
      var entry = zip.getEntry(root(zip) + "extra/" + name);
      if (entry == null) {
        return Optional.empty();
      }
      if (entry.getSize() > MAX_EXTRA_BYTES) {
        throw new WeightsException(
            file, "its side file " + name + " is larger than 16 MiB", Cures.AGAIN);
      }
      try (InputStream in = zip.getInputStream(entry)) {
        byte[] bytes = in.readNBytes(MAX_EXTRA_BYTES + 1);
        ZipCheck.requireIntact(file, entry, bytes);
        return Optional.of(new String(bytes, StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  static ZipFile open(Path file) throws IOException {
    requireFile(file);
    byte[] head;
    try (InputStream in = Files.newInputStream(file)) {
      head = in.readNBytes(FileKind.HEAD_BYTES);
    }
    FileKind kind = FileKind.of(head);
    if (kind != FileKind.ZIP) {
      throw new WeightsException(file, kind.problem(), kind.cure(Cures.SCRIPT));
    }
    ZipDirectory.requireSmall(file);
    try {
      ZipFile zip = new ZipFile(file.toFile());
      try {
        requireReadableDirectory(zip);
      } catch (IllegalArgumentException e) {
        zip.close();
        throw e;
      }
      return zip;
    } catch (IOException | IllegalArgumentException e) {
      throw new WeightsException(
          file,
          "it begins as a zip, but is truncated or damaged ("
              + Printable.of(String.valueOf(e.getMessage()))
              + ")",
          Cures.AGAIN,
          e);
    }
  }

  /**
   * Makes each entry once. {@link ZipFile} checks names when it opens a zip, but comments only as
   * it makes their entries.
   *
   * @throws IllegalArgumentException if one says that it is UTF-8 and is not
   */
  private static void requireReadableDirectory(ZipFile zip) {
    zip.stream().forEach(ZipEntry::getName);
  }

  static void requireFile(Path file) throws IOException {
    BasicFileAttributes attributes;
    try {
      attributes = Files.readAttributes(file, BasicFileAttributes.class);
    } catch (NoSuchFileException e) {
      throw new WeightsException(file, "there is no such file", "Check the path.", e);
    }
    if (attributes.isDirectory()) {
      throw new WeightsException(file, "it is a folder", "Give the .pt file in it.");
    } else if (!attributes.isRegularFile()) {
      throw new WeightsException(file, "it is no regular file", "Give a .pt file.");
    } else if (attributes.size() == 0) {
      throw new WeightsException(file, "it is empty", Cures.AGAIN);
    }
  }

  private static void requireTorchScript(Path file, ZipFile zip) {
    String root = root(zip);
    boolean data = zip.getEntry(root + "data.pkl") != null;
    boolean constants = zip.getEntry(root + "constants.pkl") != null;
    boolean code = zip.stream().anyMatch(e -> e.getName().startsWith(root + "code/"));
    if (data && constants && code) {
      return;
    }
    if (data) {
      throw new WeightsException(
          file,
          "it was written by torch.save and holds tensors (a state dict, for example) but no code",
          Cures.SCRIPT);
    }
    throw new WeightsException(
        file,
        "it is a zip, but not TorchScript: it lacks data.pkl, constants.pkl or code/",
        Cures.SCRIPT);
  }

  /**
   * The folder of the first entry, as libtorch finds it, with its slash; empty if there is none.
   */
  static String root(ZipFile zip) {
    String first = zip.stream().findFirst().map(e -> e.getName()).orElse("");
    return first.substring(0, first.indexOf('/') + 1);
  }

  static WeightsException unreadable(Path file, IOException cause) {
    String why =
        cause instanceof AccessDeniedException
            ? "access is denied"
            : "reading failed: " + IoProblem.of(cause);
    return new WeightsException(file, why, "Make it readable.", cause);
  }
}
