package dev.graft;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** An image of each format whose header claims far more pixels than it has. */
final class HugeClaims {
  private HugeClaims() {}

  /** The images by their names. */
  static Map<String, byte[]> all() {
    Map<String, byte[]> claims = new LinkedHashMap<>();
    add(claims, "progressive.jpg", bytes -> twoShorts(bytes, startOfFrame(bytes) + 3, false));
    add(claims, "cmyk.jpg", bytes -> twoShorts(bytes, startOfFrame(bytes) + 3, false));
    add(claims, "rgb.png", bytes -> twoInts(bytes, 16, false));
    add(
        claims,
        "lossy.webp",
        bytes -> bytes.putShort(26, (short) 16383).putShort(28, (short) 16383));
    add(claims, "lossless.webp", bytes -> bytes.putInt(21, 0x0fffffff));
    add(
        claims,
        "lossy-alpha.webp",
        bytes -> bytes.putShort(24, (short) -2).putShort(27, (short) -2));
    add(claims, "rgb.bmp", bytes -> twoInts(bytes, 18, true));
    add(claims, "plain.gif", bytes -> twoShorts(bytes, 6, true));
    add(claims, "rgb.tiff", HugeClaims::enlargeTiff);
    claims.put("huge.ppm", "P6 20000 20000 255\n".getBytes(StandardCharsets.US_ASCII));
    return claims;
  }

  private interface Edit {
    void apply(ByteBuffer littleEndian);
  }

  private static void add(Map<String, byte[]> claims, String name, Edit edit) {
    byte[] bytes = MutatedImages.original(name);
    edit.apply(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
    MutatedImages.reseal(bytes);
    claims.put("huge-" + name, bytes);
  }

  private static void twoShorts(ByteBuffer bytes, int at, boolean little) {
    short size = little ? (short) 20_000 : Short.reverseBytes((short) 20_000);
    bytes.putShort(at, size).putShort(at + 2, size);
  }

  private static void twoInts(ByteBuffer bytes, int at, boolean little) {
    int size = little ? 20_000 : Integer.reverseBytes(20_000);
    bytes.putInt(at, size).putInt(at + 4, size);
  }

  private static int startOfFrame(ByteBuffer jpeg) {
    int at = 2;
    while ((jpeg.get(at + 1) & 0xf0) != 0xc0 || (jpeg.get(at + 1) & 0xff) == 0xc4) {
      at += 2 + (Short.reverseBytes(jpeg.getShort(at + 2)) & 0xffff);
    }
    return at + 2;
  }

  private static void enlargeTiff(ByteBuffer tiff) {
    int directory = tiff.getInt(4);
    for (int i = 0; i < tiff.getShort(directory); i++) {
      int entry = directory + 2 + 12 * i;
      int tag = tiff.getShort(entry);
      if (tag == 256 || tag == 257) {
        tiff.putShort(entry + 2, (short) 4).putInt(entry + 8, 20_000);
      }
    }
  }
}
