package dev.graft.data;

import dev.graft.torch.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/** Collects a data set's files into one SHA-256, independent of the order they come in. */
final class DataDigest {
  private final Map<String, String> lines = new TreeMap<>(CodePointOrder.INSTANCE);

  /** Adds a file by its path from the data set's root, with slashes. */
  void add(String relativePath, int label, String contentSha256) {
    lines.put(relativePath, relativePath + '\0' + label + '\0' + contentSha256 + '\n');
  }

  /** The digest of all that was added, as 64 hexadecimal digits. */
  String hex() {
    MessageDigest digest = Sha256.begin();
    lines.values().forEach(line -> digest.update(line.getBytes(StandardCharsets.UTF_8)));
    return HexFormat.of().formatHex(digest.digest());
  }
}
