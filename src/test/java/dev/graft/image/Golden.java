package dev.graft.image;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** What Pillow and torchvision made of images, as the scripts/make-*-references.py wrote it. */
final class Golden {
  /** Pillow's verdict on a damaged image that it does not read. */
  static final String REFUSED = "refused";

  private Golden() {}

  static byte[] bytes(String file) {
    try (InputStream in = Golden.class.getResourceAsStream("golden/" + file)) {
      if (in == null) {
        throw new IllegalStateException("No golden file " + file);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static byte[] unzipped(String file) {
    try (InputStream in = new GZIPInputStream(new java.io.ByteArrayInputStream(bytes(file)))) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The fields of each line of a table. */
  static List<String[]> table(String file) {
    return new String(bytes(file), java.nio.charset.StandardCharsets.UTF_8)
        .lines()
        .filter(line -> !line.startsWith("#"))
        .map(line -> line.split("\t", -1))
        .toList();
  }

  /** The digest that stands for an image's pixels in the tables. */
  static String digest(PixelImage image) {
    return digest(image.pixels(), image.width() * image.height() * 3);
  }

  static String digest(byte[] bytes, int length) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      sha.update(bytes, 0, length);
      return HexFormat.of().formatHex(sha.digest()).substring(0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
