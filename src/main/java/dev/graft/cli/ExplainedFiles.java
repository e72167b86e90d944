package dev.graft.cli;

import dev.graft.torch.AtomicFile;
import dev.graft.torch.IoProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The files that {@code graft explain} writes: one an image, in a folder. */
final class ExplainedFiles {
  private static final String ENDING = ".explained.png";

  private final Path folder;
  private final Map<Path, Path> targets = new LinkedHashMap<>();

  /**
   * Names them, and refuses what must not be written before any work is done.
   *
   * @param folder need not exist
   * @param images whose names, without their ending, the files get
   * @throws IllegalArgumentException if the folder is none, two images would get the same file, or
   *     a file exists that may not be replaced
   */
  ExplainedFiles(Path folder, List<Path> images, boolean overwrite) {
    this.folder = folder;
    if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS) && !Files.isDirectory(folder)) {
      throw new IllegalArgumentException(
          "--out " + folder + " is no folder. Give a folder's name.");
    }
    Map<Path, Path> owners = new HashMap<>();
    for (Path image : images) {
      Path target = folder.resolve(name(image));
      Path other = owners.putIfAbsent(target, image);
      if (other != null) {
        throw new IllegalArgumentException(
            "%s and %s would both become %s. Explain them one after the other, into folders of their own."
                .formatted(other, image, target));
      }
      targets.put(image, Files.isDirectory(folder) ? writable(target, overwrite) : target);
    }
    targets.values().forEach(target -> images.forEach(image -> requireOther(target, image)));
  }

  private static String name(Path image) {
    String name = String.valueOf(image.getFileName());
    int dot = name.lastIndexOf('.');
    return (dot > 0 ? name.substring(0, dot) : name) + ENDING;
  }

  private static Path writable(Path target, boolean overwrite) {
    if (Files.exists(target, LinkOption.NOFOLLOW_LINKS) && !overwrite) {
      throw new IllegalArgumentException(
          target + " exists already. Choose another folder with --out, or pass --overwrite.");
    }
    return OutputFile.require(target, overwrite);
  }

  /** An image whose name ends as those of the results must not be replaced by one. */
  private static void requireOther(Path target, Path image) {
    if (image.toString().endsWith(ENDING)) {
      OutputFile.requireOther(target, image);
    }
  }

  /** The file for an image. */
  Path of(Path image) {
    return java.util.Objects.requireNonNull(targets.get(image));
  }

  /** Writes the file for an image, and the folder where it is missing. */
  void write(Path image, byte[] png) {
    Path target = of(image);
    try {
      Files.createDirectories(folder);
      AtomicFile.writeStream(target, out -> out.write(png));
    } catch (IOException e) {
      throw IoProblem.cannotWrite(target, e);
    }
  }
}
