package dev.graft.image;

import java.util.Arrays;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * An image on its way through {@link Transform}s.
 *
 * <p>Geometry is collected, not carried out: a part of the image, the size it is resized to, a
 * window on the result, and whether that is mirrored. A resize followed by a crop therefore
 * computes only the pixels that are kept, and no row below them is decoded. What cannot be
 * collected settles first.
 */
public final class Frame {
  /** The longest edge that an image may be resized to before a crop: the sum of two fits an int. */
  private static final int MAX_EDGE = 1 << 30;

  private final Resampler resampler = new Resampler();
  private final PixelImage[] scratch = {new PixelImage(), new PixelImage()};
  private String name = "";
  private ImageRows image = ImageRows.of(scratch[0]);
  private @Nullable PixelImage own; // the image, if it is one of scratch
  private Box part = Box.ofSize(0, 0); // of the image
  private Box resized = part; // what the part becomes; at (0, 0)
  private Box window = part; // on what is resized, and the padding around it
  private boolean flipped;

  Frame() {}

  /** Begins with a decoded image, which is not changed. */
  void begin(PixelImage decoded, String newName) {
    begin(ImageRows.of(decoded), newName);
  }

  /** Begins with an image that is decoded when, and as far as, its pixels are needed. */
  void begin(ImageRows undecoded, String newName) {
    name = newName;
    own = null;
    show(undecoded);
  }

  /**
   * The width as it is now.
   *
   * @return the number of columns
   */
  public int width() {
    return window.width();
  }

  /**
   * The height as it is now.
   *
   * @return the number of rows
   */
  public int height() {
    return window.height();
  }

  /** Keeps this box; where it reaches beyond the image, it is black. */
  void crop(Box box) {
    if (!Box.ofSize(width(), height()).contains(box) && !window.equals(resized)) {
      settle(); // what was cut off before must not come back as padding
    }
    int x = flipped ? width() - box.x() - box.width() : box.x();
    window = new Box(window.x() + x, window.y() + box.y(), box.width(), box.height());
  }

  /** Resizes to this size. */
  void resize(int width, int height) {
    if (width > MAX_EDGE || height > MAX_EDGE) {
      throw tooLarge(width, height);
    }
    if (width == width() && height == height()) {
      return;
    }
    boolean untouched = resized.width() == part.width() && resized.height() == part.height();
    if (flipped || !untouched || !resized.contains(window)) {
      settle();
    }
    part = window.moved(part.x(), part.y());
    resized = Box.ofSize(width, height);
    window = resized;
  }

  /** Mirrors, left for right. */
  void flip() {
    flipped = !flipped;
  }

  /**
   * Makes new pixels of the same size out of the pixels as they are now.
   *
   * @param painter gets both images; the pixels of the second are undefined
   */
  void redraw(BiConsumer<PixelImage, PixelImage> painter) {
    PixelImage from = settle();
    PixelImage to = spare();
    to.setSize(from.width(), from.height());
    painter.accept(from, to);
    own(to);
  }

  /**
   * Carries out what was collected.
   *
   * @return the pixels as they are now, valid until the next change; changing them changes the
   *     frame
   */
  PixelImage settle() {
    if (own != null && untouched()) {
      return own;
    }
    if ((long) window.width() * window.height() > ImageHeader.MAX_PIXELS) {
      throw tooLarge(window.width(), window.height());
    }
    PixelImage to = spare();
    to.setSize(window.width(), window.height());
    Box visible = resized.intersect(window);
    if (!visible.equals(window)) {
      Arrays.fill(to.pixels(), (byte) 0);
    }
    if (visible.width() > 0 && visible.height() > 0) {
      int x = visible.x() - window.x();
      Box at = visible.moved(-window.x(), -window.y());
      if (flipped) {
        at = at.moved(window.width() - 2 * x - visible.width(), 0);
      }
      resampler.resample(image, part, resized, visible, to, at, flipped);
    }
    own(to);
    return to;
  }

  /** Checks the size that a transform is given. */
  static void requireSize(int size) {
    if (size < 1) {
      throw new IllegalArgumentException("size must be at least 1 pixel: " + size);
    }
  }

  private ImageException tooLarge(int width, int height) {
    return new ImageException(
        name, "it is too long and thin to be resized to " + width + " x " + height + " pixels");
  }

  /** Whether there is nothing to carry out. */
  private boolean untouched() {
    Box whole = Box.ofSize(image.width(), image.height());
    return part.equals(whole) && resized.equals(whole) && window.equals(whole) && !flipped;
  }

  /** The buffer that the next pixels go to. */
  private PixelImage spare() {
    return own == scratch[0] ? scratch[1] : scratch[0];
  }

  private void own(PixelImage drawn) {
    own = drawn;
    show(ImageRows.of(drawn));
  }

  private void show(ImageRows shown) {
    image = shown;
    part = Box.ofSize(shown.width(), shown.height());
    resized = part;
    window = part;
    flipped = false;
  }
}
