package dev.graft.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads a text file that must be UTF-8, with or without a byte order mark. */
final class ManifestText {
  /** Room for several million images; what is larger is no list. */
  private static final int MAX_BYTES = 256 << 20;

  private static final int DECODED_CHARS = 1 << 16;

  private ManifestText() {}

  static String read(Path file, ManifestProblems problems) {
    byte[] bytes = bytes(file);
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(DECODED_CHARS);
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    CoderResult result = decoder.decode(in, out, true);
    while (result.isOverflow()) {
      result = decoder.decode(in, out.clear(), true);
    }
    if (result.isError()) {
      throw problems.fatal(
          line(bytes, in.position()), "this is not UTF-8 text. Save the file as UTF-8.");
    }
    String text = new String(bytes, StandardCharsets.UTF_8);
    return text.startsWith("\uFEFF") ? text.substring(1) : text;
  }

  private static byte[] bytes(Path file) {
    try {
      if (Files.exists(file) && !Files.isRegularFile(file)) {
        throw new DataException(
            "Cannot read " + file + ": it is no regular file. Write the list into a file.");
      }
      try (InputStream in = Files.newInputStream(file)) {
        byte[] bytes = Files.size(file) > MAX_BYTES ? null : in.readNBytes(MAX_BYTES + 1);
        if (bytes == null || bytes.length > MAX_BYTES) {
          throw new DataException(
              "Cannot read "
                  + file
                  + ": it is larger than "
                  + (MAX_BYTES >> 20)
                  + " MiB. Is it a list of images? Then list fewer, or use folders.");
        }
        return bytes;
      }
    } catch (NoSuchFileException e) {
      throw new DataException("No such file: " + file + ". Check the path.", e);
    } catch (AccessDeniedException e) {
      throw new DataException("Cannot read " + file + ": access is denied. Make it readable.", e);
    } catch (IOException | OutOfMemoryError e) {
      throw new DataException("Cannot read " + file + ": " + e + ". Check the file.", e);
    }
  }

  private static long line(byte[] bytes, int end) {
    long line = 1;
    for (int i = 0; i < end; i++) {
      line += bytes[i] == '\n' ? 1 : 0;
    }
    return line;
  }
}
