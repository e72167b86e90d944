package dev.graft.train;

/** A run that cannot start as asked; the message says why and what to do. */
public final class RunException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param message what is wrong and the cure, for a person
   */
  public RunException(String message) {
    super(message);
  }
}
