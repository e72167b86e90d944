package dev.graft.image;

import org.jspecify.annotations.Nullable;

/**
 * An image that cannot be decoded. The message names the image and the reason: {@code "Cannot
 * decode cats/7.jpg: it is empty."}
 */
public final class ImageException extends RuntimeException {
  /** The file's name, or what the caller called it. */
  private final String name;

  /** Why it cannot be decoded. */
  private final String reason;

  ImageException(String name, String reason) {
    this(name, reason, null);
  }

  ImageException(String name, String reason, @Nullable Throwable cause) {
    super("Cannot decode " + name + ": " + reason + ".", cause);
    this.name = name;
    this.reason = reason;
  }

  /**
   * The image's name: the path of a file, or the name given with the bytes.
   *
   * @return the name
   */
  public String name() {
    return name;
  }

  /**
   * Why the image cannot be decoded, as the end of a sentence: {@code "it is empty"}.
   *
   * @return the reason
   */
  public String reason() {
    return reason;
  }
}
