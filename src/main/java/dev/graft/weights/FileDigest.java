package dev.graft.weights;

import dev.graft.torch.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;

/** Identifies a file by its content. */
public final class FileDigest {
  private FileDigest() {}

  /**
   * Computes a file's SHA-256, reading it once.
   *
   * @param file a readable file
   * @return 64 hexadecimal digits in lower case
   * @throws WeightsException if it is missing, empty, no regular file or cannot be read
   */
  public static String sha256(Path file) {
    try {
      TorchScriptFile.requireFile(file);
      return hash(file);
    } catch (IOException e) {
      throw TorchScriptFile.unreadable(file, e);
    }
  }

  /** Whether the SHA-256 begins with the digits between the last dash and dot of a name. */
  static boolean isNamedIn(Path file, String name) throws IOException {
    String prefix = name.substring(name.lastIndexOf('-') + 1, name.lastIndexOf('.'));
    return hash(file).startsWith(prefix);
  }

  private static String hash(Path file) throws IOException {
    MessageDigest digest = Sha256.begin();
    byte[] buffer = new byte[1 << 16];
    try (InputStream in = Files.newInputStream(file)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
