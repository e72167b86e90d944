package dev.graft.image;

/** Makes the exceptions that other packages' tests let their fakes throw. */
public final class ImageErrors {
  private ImageErrors() {}

  /** What {@link ImageDecoder} throws for such an image. */
  public static ImageException of(String name, String reason) {
    return new ImageException(name, reason);
  }
}
