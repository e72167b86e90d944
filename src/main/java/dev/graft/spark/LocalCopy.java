package dev.graft.spark;

import dev.graft.torch.IoProblem;
import dev.graft.torch.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;

/** A copy of a file on this machine, deleted when it is closed. */
final class LocalCopy implements AutoCloseable {
  private static final int BUFFER_BYTES = 1 << 16;

  private final Path folder;
  private final Path file;

  /**
   * Makes room for it.
   *
   * @throws IOException if that is not possible
   */
  LocalCopy() throws IOException {
    try {
      folder = Files.createTempDirectory("graft-spark-");
    } catch (IOException e) {
      throw notWritten(e);
    }
    file = folder.resolve("model.pt");
  }

  Path file() {
    return file;
  }

  /**
   * Copies what there is to read.
   *
   * @return its SHA-256
   * @throws IOException if it cannot be read, or the copy cannot be written; the latter says so
   */
  String fill(InputStream in) throws IOException {
    MessageDigest digest = Sha256.begin();
    byte[] buffer = new byte[BUFFER_BYTES];
    try (OutputStream out = Files.newOutputStream(file)) {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        digest.update(buffer, 0, count);
        write(out, buffer, count);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static void write(OutputStream out, byte[] buffer, int count) throws IOException {
    try {
      out.write(buffer, 0, count);
    } catch (IOException e) {
      throw notWritten(e);
    }
  }

  private static IOException notWritten(IOException e) {
    return new IOException(
        "no copy can be written on this machine ("
            + IoProblem.of(e)
            + "). It is put into the folder that -Djava.io.tmpdir names",
        e);
  }

  @Override
  public void close() throws IOException {
    Files.deleteIfExists(file);
    Files.deleteIfExists(folder);
  }
}
