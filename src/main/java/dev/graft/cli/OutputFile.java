package dev.graft.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** Checks a file that a command is to write, before any work is done for it. */
final class OutputFile {
  private OutputFile() {}

  /**
   * Refuses a target that cannot be written or must not be.
   *
   * @throws IllegalArgumentException saying which and why
   */
  static void require(Path out, boolean overwrite) {
    Path folder = out.toAbsolutePath().getParent();
    if (Files.isDirectory(out)) {
      throw new IllegalArgumentException("--out " + out + " is a folder. Give a file's name.");
    } else if (folder == null || !Files.isDirectory(folder)) {
      throw new IllegalArgumentException(
          "The folder of --out " + out + " does not exist. Make it, or choose another.");
    } else if (Files.exists(out, LinkOption.NOFOLLOW_LINKS) && !overwrite) {
      throw new IllegalArgumentException(
          "--out " + out + " exists already. Give another name, or pass --overwrite.");
    }
  }

  /** Refuses to write over what is read, by whatever path. */
  static void requireOther(Path out, Path in) {
    try {
      if (Files.exists(out) && Files.exists(in) && Files.isSameFile(out, in)) {
        throw new IllegalArgumentException(
            "--out " + out + " is the same file as " + in + ". Give another name.");
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot compare " + out + " with " + in + ": " + e, e);
    }
  }
}
