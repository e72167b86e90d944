package dev.graft.image;

/** A rectangle of pixels; it may reach beyond the image it is on. */
record Box(int x, int y, int width, int height) {
  static Box ofSize(int width, int height) {
    return new Box(0, 0, width, height);
  }

  /** Whether all of the other box is in this one. */
  boolean contains(Box other) {
    return other.x >= x
        && other.y >= y
        && other.x + other.width <= x + width
        && other.y + other.height <= y + height;
  }

  /** The part that both have; its width or height is 0 if there is none. */
  Box intersect(Box other) {
    int left = Math.max(x, other.x);
    int top = Math.max(y, other.y);
    int right = Math.max(left, Math.min(x + width, other.x + other.width));
    int bottom = Math.max(top, Math.min(y + height, other.y + other.height));
    return new Box(left, top, right - left, bottom - top);
  }

  Box moved(int dx, int dy) {
    return new Box(x + dx, y + dy, width, height);
  }
}
