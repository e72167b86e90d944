package dev.graft.weights;

import dev.graft.torch.Printable;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A weights file that cannot be used; the message names the file, the cause and the cure. */
public final class WeightsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  WeightsException(Path file, String problem, String cure) {
    this(file, problem, cure, null);
  }

  WeightsException(Path file, String problem, String cure, @Nullable Throwable cause) {
    this("Cannot use " + file + ": " + problem + ". " + cure, cause);
  }

  WeightsException(String message, @Nullable Throwable cause) {
    super(Printable.message(message), cause);
  }
}
