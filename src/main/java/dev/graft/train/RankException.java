package dev.graft.train;

/** Another of the processes that train together was lost or failed; the message names it. */
public final class RankException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param message which rank, and what to do, for a person
   */
  public RankException(String message) {
    super(message);
  }
}
