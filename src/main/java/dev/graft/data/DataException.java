package dev.graft.data;

import dev.graft.torch.Printable;
import org.jspecify.annotations.Nullable;

/** A data set that cannot be used as it is; the message names the folder or file and the cure. */
public final class DataException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes an exception without a cause.
   *
   * @param message what is wrong, where, and what to do
   */
  public DataException(String message) {
    super(Printable.message(message));
  }

  /**
   * Makes an exception with its cause.
   *
   * @param message what is wrong, where, and what to do
   * @param cause what was thrown underneath, or null
   */
  public DataException(String message, @Nullable Throwable cause) {
    super(Printable.message(message), cause);
  }
}
