package dev.graft.image;

import java.nio.charset.StandardCharsets;

/** An encoded image in memory: its name, its bytes, and numbers read from them within bounds. */
final class Encoded {
  private final String name;
  private final byte[] bytes;
  private final int length;
  private final int maxPixels;

  Encoded(String name, byte[] bytes, int length) {
    this(name, bytes, length, ImageHeader.MAX_PIXELS);
  }

  Encoded(String name, byte[] bytes, int length, int maxPixels) {
    this.name = name;
    this.bytes = bytes;
    this.length = length;
    this.maxPixels = maxPixels;
  }

  String name() {
    return name;
  }

  /** The buffer that begins with the image. */
  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }

  /** How many pixels it may say that it has. */
  int maxPixels() {
    return maxPixels;
  }

  int u8(int at) {
    if (at < 0 || at >= length) {
      throw truncated();
    }
    return bytes[at] & 0xff;
  }

  int u16be(int at) {
    return u8(at) << 8 | u8(at + 1);
  }

  int u16le(int at) {
    return u8(at) | u8(at + 1) << 8;
  }

  long u32be(int at) {
    return (long) u16be(at) << 16 | u16be(at + 2);
  }

  long u32le(int at) {
    return u16le(at) | (long) u16le(at + 2) << 16;
  }

  /** Whether the bytes here are these, one for each character; a {@code ?} stands for any byte. */
  boolean has(int at, String pattern) {
    if (at + pattern.length() > length) {
      return false;
    }
    for (int i = 0; i < pattern.length(); i++) {
      if (pattern.charAt(i) != '?' && pattern.charAt(i) != (bytes[at + i] & 0xff)) {
        return false;
      }
    }
    return true;
  }

  /** The position {@code distance} bytes on, which may be the end but not beyond it. */
  int skip(int at, long distance) {
    if (distance > length - at) {
      throw truncated();
    }
    return at + (int) distance;
  }

  String text(int at, int size) {
    return new String(bytes, at, Math.min(size, length - at), StandardCharsets.ISO_8859_1);
  }

  ImageException truncated() {
    return refused("it is truncated: the file ends before the image does");
  }

  ImageException refused(String reason) {
    return new ImageException(name, reason);
  }

  ImageException refused(ImageException.Kind kind, String reason) {
    return new ImageException(kind, name, reason, null);
  }
}
