package dev.graft.torch;

/**
 * A failure reported by libtorch. The message is libtorch's first paragraph without its C++ stack
 * trace; the whole text is in the cause.
 */
public final class TorchException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param message what went wrong, for a person
   */
  public TorchException(String message) {
    super(message);
  }

  /**
   * Creates an exception with a cause.
   *
   * @param message what went wrong, for a person
   * @param cause what libtorch or the system reported
   */
  public TorchException(String message, Throwable cause) {
    super(message, cause);
  }

  static TorchException of(RuntimeException nativeError) {
    return new TorchException(firstParagraph(nativeError.getMessage()), nativeError);
  }

  /** libtorch appends "Exception raised from …" and a stack of C++ frames; people need neither. */
  static String firstParagraph(@org.jspecify.annotations.Nullable String text) {
    if (text == null || text.isBlank()) {
      return "libtorch failed without a message";
    }
    int end = text.indexOf("\nException raised from");
    return (end < 0 ? text : text.substring(0, end)).strip();
  }
}
