package dev.graft.model;

/** A model that cannot be used as asked; the message says which, why, and what to do. */
public final class ModelException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param message what is wrong and the cure, for a person
   */
  public ModelException(String message) {
    super(message);
  }

  /**
   * Creates an exception.
   *
   * @param message what is wrong and the cure, for a person
   * @param cause what was thrown below
   */
  public ModelException(String message, Throwable cause) {
    super(message, cause);
  }
}
