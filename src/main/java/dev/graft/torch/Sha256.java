package dev.graft.torch;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256, which every Java platform has. */
public final class Sha256 {
  private Sha256() {}

  /**
   * Begins a digest.
   *
   * @return to be given bytes
   */
  public static MessageDigest begin() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256.", e);
    }
  }

  /**
   * Digests a text.
   *
   * @param text as UTF-8
   * @return 64 hexadecimal digits in lower case
   */
  public static String of(String text) {
    return HexFormat.of().formatHex(begin().digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  /**
   * Digests a file.
   *
   * @param file read to its end
   * @return 64 hexadecimal digits in lower case
   * @throws UncheckedIOException if it cannot be read
   */
  public static String of(Path file) {
    MessageDigest digest = begin();
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
      in.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be read: " + IoProblem.of(e), e);
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
