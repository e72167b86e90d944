package dev.graft.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads a text file that must be UTF-8, with or without a byte order mark. */
final class ManifestText {
  private ManifestText() {}

  static String read(Path file, ManifestProblems problems) {
    byte[] bytes = bytes(file);
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length + 1);
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    if (decoder.decode(in, out, true).isError()) {
      throw problems.fatal(
          line(bytes, in.position()), "this is not UTF-8 text. Save the file as UTF-8.");
    }
    String text = out.flip().toString();
    return text.startsWith("\uFEFF") ? text.substring(1) : text;
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
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
