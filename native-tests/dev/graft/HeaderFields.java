package dev.graft;

import java.util.ArrayList;
import java.util.List;

/** Where an encoded image keeps sizes, counts and lengths: what a reader may trust too much. */
final class HeaderFields {
  /**
   * A number in an image.
   *
   * @param at where it begins
   * @param bytes 1, 2 or 4
   */
  record Field(int at, int bytes, boolean bigEndian) {}

  private final byte[] image;
  private final List<Field> fields = new ArrayList<>();
  private boolean bigEndian;

  private HeaderFields(byte[] image) {
    this.image = image;
  }

  /** The fields of an image, as far as it can be walked; none of what is no image. */
  static List<Field> of(byte[] image) {
    HeaderFields found = new HeaderFields(image);
    int magic = found.u8(0) << 8 | found.u8(1);
    switch (magic) {
      case 0xffd8 -> found.jpeg();
      case 0x8950 -> found.png();
      case 'R' << 8 | 'I' -> found.webp();
      case 'B' << 8 | 'M' ->
          found.add(false, 2, 4, 10, 4, 14, 4, 18, 4, 22, 4, 28, 2, 30, 4, 46, 4);
      case 'G' << 8 | 'I' -> found.gif();
      case 'I' << 8 | 'I' -> found.tiff(false);
      case 'M' << 8 | 'M' -> found.tiff(true);
      default -> found.add(true, 3, 1, 4, 1, 5, 1, 6, 1, 7, 1, 8, 1, 9, 1, 10, 1);
    }
    return found.fields.stream().filter(f -> f.at >= 0 && f.at + f.bytes <= image.length).toList();
  }

  /** Adds pairs of a position and a number of bytes. */
  private void add(boolean big, int... pairs) {
    for (int i = 0; i < pairs.length; i += 2) {
      fields.add(new Field(pairs[i], pairs[i + 1], big));
    }
  }

  private void jpeg() {
    bigEndian = true;
    int at = 2;
    while (u8(at) == 0xff && fields.size() < 200) {
      int marker = u8(at + 1);
      add(
          true, at + 2, 2, at + 4, 1, at + 5,
          1); // the length, then a table's number or a precision
      if (marker >= 0xc0 && marker <= 0xc2) {
        add(true, at + 5, 2, at + 7, 2, at + 9, 1, at + 11, 1, at + 14, 1, at + 15, 1);
      }
      at += 2 + (int) number(at + 2, 2);
    }
  }

  private void png() {
    bigEndian = true;
    add(true, 16, 4, 20, 4, 24, 1, 25, 1, 26, 1, 27, 1, 28, 1);
    long at = 8;
    while (at < image.length && fields.size() < 200) {
      add(true, (int) at, 4, (int) at + 8, 4, (int) at + 12, 4, (int) at + 16, 4);
      at += 12 + number((int) at, 4);
    }
  }

  private void webp() {
    add(false, 4, 4, 20, 1, 21, 4, 24, 2, 26, 2, 27, 2, 28, 2);
    long at = 12;
    while (at < image.length && fields.size() < 200) {
      add(false, (int) at + 4, 4, (int) at + 8, 4, (int) at + 11, 2, (int) at + 14, 2);
      at += 8 + number((int) at + 4, 4) + number((int) at + 4, 4) % 2;
    }
  }

  private void gif() {
    add(false, 6, 2, 8, 2, 10, 1);
    for (int at = 13; at < image.length && fields.size() < 200; at++) {
      if (u8(at) == 0x2c) { // an image, or looks like one
        add(false, at + 1, 2, at + 3, 2, at + 5, 2, at + 7, 2, at + 9, 1, at + 10, 1, at + 11, 1);
      }
    }
  }

  private void tiff(boolean big) {
    bigEndian = big;
    add(big, 4, 4);
    long directory = number(4, 4);
    if (directory < image.length) {
      int at = (int) directory;
      add(big, at, 2);
      for (int i = 0; i < Math.min(number(at, 2), 40); i++) {
        int entry = at + 2 + 12 * i;
        add(big, entry, 2, entry + 2, 2, entry + 4, 4, entry + 8, big ? 2 : 4, entry + 8, 4);
      }
    }
  }

  private int u8(int at) {
    return at >= 0 && at < image.length ? image[at] & 0xff : 0;
  }

  private long number(int at, int bytes) {
    long value = 0;
    for (int i = 0; i < bytes; i++) {
      value = value << 8 | u8(bigEndian ? at + i : at + bytes - 1 - i);
    }
    return value;
  }
}
