package dev.graft.image;

import org.jspecify.annotations.Nullable;

/**
 * An image that cannot be decoded. The message names the image and the reason: {@code "Cannot
 * decode cats/7.jpg: it is empty."}
 */
public final class ImageException extends RuntimeException {
  /** What kind of problem an image has. */
  public enum Kind {
    /** The file cannot be read: it is missing, a folder, or not allowed to be read. */
    UNREADABLE,
    /** It is not of a format that is decoded. */
    UNKNOWN_FORMAT,
    /** It is of a known format, but has more bytes or pixels than are decoded. */
    TOO_LARGE,
    /** It is of a known format, but damaged, or of a variety that readers disagree on. */
    DAMAGED
  }

  /** What kind of problem it has. */
  private final Kind kind;

  /** The file's name, or what the caller called it. */
  private final String name;

  /** Why it cannot be decoded. */
  private final String reason;

  ImageException(String name, String reason) {
    this(name, reason, null);
  }

  ImageException(String name, String reason, @Nullable Throwable cause) {
    this(Kind.DAMAGED, name, reason, cause);
  }

  ImageException(Kind kind, String name, String reason, @Nullable Throwable cause) {
    super("Cannot decode " + name + ": " + reason + ".", cause);
    this.kind = kind;
    this.name = name;
    this.reason = reason;
  }

  /**
   * What kind of problem the image has.
   *
   * @return the kind, for who treats them differently
   */
  public Kind kind() {
    return kind;
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
