package dev.graft.cli;

import dev.graft.torch.IoProblem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/** Checks a file that a command is to write, before any work is done for it. */
final class OutputFile {
  private OutputFile() {}

  /**
   * Refuses a target that cannot be written or must not be: what is no regular file (a pipe, a
   * device) is never replaced. A symbolic link is followed, as {@code cp} does: the link stays, and
   * the file that it leads to is replaced, which {@code --overwrite} must allow. A link to nothing
   * is refused.
   *
   * @return the file to write: that of the option, or the one that it links to
   * @throws IllegalArgumentException saying which and why
   */
  static Path require(Path out, boolean overwrite) {
    if (!Files.exists(out, LinkOption.NOFOLLOW_LINKS)) {
      requireFolder(out, out);
      return out;
    } else if (!Files.exists(out)) {
      throw refused(out, " is a link to nothing. Give another name.");
    } else if (Files.isDirectory(out)) {
      throw refused(out, " is a folder. Give a file's name.");
    } else if (!Files.isRegularFile(out)) {
      throw refused(out, " is no regular file and is not replaced. Give another name.");
    } else if (!overwrite) {
      throw refused(out, " exists already. Give another name, or pass --overwrite.");
    }
    Path target = Files.isSymbolicLink(out) ? followed(out) : out;
    requireFolder(out, target);
    return target;
  }

  private static Path followed(Path link) {
    try {
      return link.toRealPath();
    } catch (IOException e) {
      throw refused(link, " cannot be followed: " + IoProblem.of(e) + ". Give another name.");
    }
  }

  private static void requireFolder(Path out, Path target) {
    Path folder = target.toAbsolutePath().resolveSibling("");
    try {
      if (!Files.readAttributes(folder, BasicFileAttributes.class).isDirectory()) {
        throw refused(out, " cannot be written: " + folder + " is no folder. Choose another.");
      }
    } catch (NoSuchFileException e) {
      throw new IllegalArgumentException(
          "The folder of --out " + out + " does not exist. Make it, or choose another.", e);
    } catch (IOException e) {
      throw refused(out, " cannot be written: " + IoProblem.of(e) + ". Choose another folder.");
    }
    if (!Files.isWritable(folder)) {
      throw refused(
          out, " cannot be written: access to " + folder + " is denied. Choose another folder.");
    }
  }

  private static IllegalArgumentException refused(Path out, String why) {
    return new IllegalArgumentException("--out " + out + why);
  }

  /** Refuses to write over what is read, by whatever path. */
  static void requireOther(Path out, Path in) {
    try {
      if (Files.exists(out) && Files.exists(in) && Files.isSameFile(out, in)) {
        throw new IllegalArgumentException(
            "--out " + out + " is the same file as " + in + ". Give another name.");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot compare " + out + " with " + in + ": " + IoProblem.of(e), e);
    }
  }
}
