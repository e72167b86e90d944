package dev.graft.weights;

import dev.graft.weights.FileKind.Cures;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The bytes of one pickle or several in a row. It never makes an array for a length that the file
 * declares but does not have, and ends after a bounded number of bytes.
 */
final class PickleInput {
  /** The pickle of a state dict has about 200 bytes a tensor. */
  private static final int MAX_BYTES = 16 << 20;

  private static final int MAX_NUMBER_CHARS = 256;

  private final Path file;
  private final InputStream in;
  private int position;

  PickleInput(Path file, InputStream in) {
    this.file = file;
    this.in = new BufferedInputStream(in);
  }

  /** How many bytes were read. */
  int position() {
    return position;
  }

  int u1() throws IOException {
    int b = in.read();
    if (b < 0) {
      throw truncated();
    }
    advance(1);
    return b;
  }

  int u2() throws IOException {
    return u1() | (u1() << 8);
  }

  int i4() throws IOException {
    return u2() | (u2() << 16);
  }

  long i8() throws IOException {
    return Integer.toUnsignedLong(i4()) | ((long) i4() << 32);
  }

  /** A double, big endian as pickles have it. */
  double f8() throws IOException {
    return Double.longBitsToDouble(Long.reverseBytes(i8()));
  }

  /** Reads as many bytes as were declared. */
  byte[] bytes(long count) throws IOException {
    if (count < 0 || count > MAX_BYTES - position) {
      throw bad("declares " + count + " bytes of text, more than it may have");
    }
    byte[] bytes = in.readNBytes((int) count);
    if (bytes.length < count) {
      throw truncated();
    }
    advance(bytes.length);
    return bytes;
  }

  /** Text as UTF-8; invalid bytes become the replacement character. */
  String text(long count) throws IOException {
    return new String(bytes(count), StandardCharsets.UTF_8);
  }

  /** Text up to a line feed, which is not part of it. */
  String line() throws IOException {
    var line = new ByteArrayOutputStream();
    for (int b = u1(); b != '\n'; b = u1()) {
      line.write(b);
    }
    return line.toString(StandardCharsets.UTF_8);
  }

  /** A number's line. Longer ones would take long to convert and are no weights. */
  String numberLine() throws IOException {
    String line = line();
    if (line.length() > MAX_NUMBER_CHARS) {
      throw bad("has a number of " + line.length() + " characters");
    }
    return line;
  }

  /** A little-endian integer in two's complement; a Long if it fits. */
  Object integer(long count) throws IOException {
    if (count < 0 || count > MAX_NUMBER_CHARS) {
      throw bad("has an integer of " + count + " bytes");
    }
    byte[] bytes = bytes(count);
    for (int i = 0, j = bytes.length - 1; i < j; i++, j--) {
      byte swapped = bytes[i];
      bytes[i] = bytes[j];
      bytes[j] = swapped;
    }
    return narrow(bytes.length == 0 ? BigInteger.ZERO : new BigInteger(bytes));
  }

  static Object narrow(BigInteger value) {
    return value.bitLength() < Long.SIZE ? (Object) value.longValue() : value;
  }

  /** The pickle is damaged or was never one of a state dict. */
  WeightsException bad(String problem) {
    return bad(problem, Cures.AGAIN);
  }

  WeightsException bad(String problem, String cure) {
    return new WeightsException(file, "its pickle " + problem + " (byte " + position + ")", cure);
  }

  private WeightsException truncated() {
    return new WeightsException(
        file, "its pickle ends too early (byte " + position + ")", Cures.AGAIN);
  }

  private void advance(int count) {
    position += count;
    if (position > MAX_BYTES) {
      throw bad("is longer than " + (MAX_BYTES >> 20) + " MiB", Cures.STATE_DICT);
    }
  }
}
