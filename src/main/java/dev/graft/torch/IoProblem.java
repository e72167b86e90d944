package dev.graft.torch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Says in plain words why a file could not be read or written. Java names some reasons by class.
 */
public final class IoProblem {
  private IoProblem() {}

  /**
   * Names the reason.
   *
   * @param e what was thrown
   * @return a part of a sentence, without a full stop, for example {@code access to /data is
   *     denied}; for {@link AtomicFile}'s temporary file it names the folder
   */
  public static String of(IOException e) {
    String message = e.getMessage();
    if (e instanceof FileSystemException problem) {
      return ofFile(problem, place(problem.getFile()));
    }
    return message == null || message.isBlank() ? e.toString() : message;
  }

  private static String ofFile(FileSystemException e, String place) {
    if (e instanceof AccessDeniedException) {
      return "access to " + place + " is denied";
    } else if (e instanceof NoSuchFileException) {
      return place + " does not exist";
    } else if (e instanceof FileAlreadyExistsException) {
      return place + " exists already";
    } else if (e instanceof NotDirectoryException) {
      return place + " is no folder";
    }
    String reason = e.getReason();
    return place + ": " + (reason == null || reason.isBlank() ? e.toString() : reason);
  }

  private static String place(@Nullable String file) {
    if (file == null || file.isEmpty()) {
      return "the file";
    }
    Path path = Path.of(file);
    Path folder = path.getParent();
    return folder != null && AtomicFile.isTemporary(path) ? folder.toString() : file;
  }

  /**
   * Makes the exception for a file that could not be written by {@link AtomicFile}.
   *
   * @param file what was to be written
   * @param e why it was not
   * @return an exception whose message names the file, the reason and the cure
   */
  public static UncheckedIOException cannotWrite(Path file, IOException e) {
    return new UncheckedIOException(
        "Cannot write "
            + Printable.message(file.toString())
            + ": "
            + Printable.message(of(e))
            + ". Make room or choose another folder; what was there before is unchanged.",
        e);
  }
}
