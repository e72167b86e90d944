package dev.graft.torch;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where libtorch writes a file for a moment: a folder in memory, whose room is known. What a killed
 * process left there is removed by the next one.
 */
final class Staging {
  private static final Pattern NAME = Pattern.compile("graft-save-(\\d{1,18})-\\w+");

  /** Far longer than any file stays; processes of other containers may share the folder. */
  private static final Duration STALE = Duration.ofMinutes(10);

  private Staging() {}

  /** Makes an empty folder with room for so many bytes. */
  static Path create(long needed) throws IOException {
    Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
    for (Path folder : List.of(Path.of("/dev/shm"), temporary)) {
      Path staging = tryToCreate(folder, needed);
      if (staging != null) {
        return staging;
      }
    }
    throw new IOException(
        "it needs "
            + (needed >> 20)
            + " MiB for a moment, and neither /dev/shm nor "
            + temporary
            + " has that much free. Free some, or name another folder with -Djava.io.tmpdir");
  }

  private static @Nullable Path tryToCreate(Path folder, long needed) {
    String prefix = "graft-save-" + ProcessHandle.current().pid() + "-";
    Path staging;
    try {
      staging = Files.createTempDirectory(folder, prefix);
    } catch (IOException e) {
      return null; // such as no permission, no inodes left, or no such folder
    }
    removeStale(staging);
    if (folder.toFile().getUsableSpace() > needed) {
      return staging;
    }
    discard(staging);
    return null;
  }

  /** Deletes a staging folder if that can be done; if not, a later process does. */
  static void discard(Path folder) {
    try {
      delete(folder);
    } catch (IOException e) {
      return; // what was to be done is done all the same
    }
  }

  /**
   * Removes what processes that are gone left beside a staging folder; what cannot be removed
   * stays. Everyone may write there, so only real folders of the same user are touched, never
   * links.
   */
  static void removeStale(Path staging) {
    Path folder = staging.toAbsolutePath().getParent();
    try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, "graft-save-*")) {
      UserPrincipal self = Files.getOwner(staging);
      for (Path old : found) {
        if (isStale(old, self)) {
          delete(old);
        }
      }
    } catch (IOException | DirectoryIteratorException | UnsupportedOperationException e) {
      return; // saving needs the room, not the tidiness
    }
  }

  private static boolean isStale(Path folder, UserPrincipal self) throws IOException {
    Matcher name = NAME.matcher(String.valueOf(folder.getFileName()));
    try {
      return name.matches()
          && Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
          && Files.getOwner(folder, LinkOption.NOFOLLOW_LINKS).equals(self)
          && ProcessHandle.of(Long.parseLong(name.group(1))).isEmpty()
          && Files.getLastModifiedTime(folder, LinkOption.NOFOLLOW_LINKS)
              .toInstant()
              .isBefore(Instant.now().minus(STALE));
    } catch (NoSuchFileException e) {
      return false; // another process was faster
    }
  }

  /** Deletes a staging folder and the files in it. */
  static void delete(Path folder) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
    } catch (NoSuchFileException e) {
      return;
    }
    Files.deleteIfExists(folder);
  }
}
