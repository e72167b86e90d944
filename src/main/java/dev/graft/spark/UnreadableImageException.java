package dev.graft.spark;

/** An image that could not be read from its row or file; one that was read may still be damaged. */
final class UnreadableImageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean ofStorage;

  /**
   * Says why.
   *
   * @param ofStorage whether the storage may be at fault, which was asked more than once
   */
  UnreadableImageException(String message, boolean ofStorage) {
    super(message, null, false, false); // a value of the error column: nobody sees where
    this.ofStorage = ofStorage;
  }

  boolean isOfStorage() {
    return ofStorage;
  }
}
