package dev.graft.spark;

/** An image that could not be read from its row or file; one that was read may still be damaged. */
final class UnreadableImageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnreadableImageException(String message) {
    super(message, null, false, false); // a value of the error column: nobody sees where
  }
}
