package dev.graft.image;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Small files that keep a trusting reader busy for long, or fill its memory. */
final class Bombs {
  private static final int AFTER_HEADER = 33;

  private Bombs() {}

  /** The golden rgb.png with texts of almost 8 MB each, which is what libpng allows one to be. */
  static byte[] pngWithTexts(int count) {
    byte[] text = new byte[7_900_000];
    Arrays.fill(text, (byte) 'a');
    var body = new ByteArrayOutputStream();
    body.writeBytes("zTXtkey\0\0".getBytes(StandardCharsets.US_ASCII));
    body.writeBytes(deflated(text));
    CRC32 crc = new CRC32();
    crc.update(body.toByteArray());
    byte[] png = Golden.bytes("rgb.png");
    var out = new ByteArrayOutputStream();
    out.write(png, 0, AFTER_HEADER);
    for (int i = 0; i < count; i++) {
      out.writeBytes(ByteBuffer.allocate(4).putInt(body.size() - 4).array());
      out.writeBytes(body.toByteArray());
      out.writeBytes(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
    }
    out.write(png, AFTER_HEADER, png.length - AFTER_HEADER);
    return out.toByteArray();
  }

  /** The golden progressive.jpg, its last scan repeated. */
  static byte[] jpegOfScans(int more) {
    byte[] jpeg = Golden.bytes("progressive.jpg");
    int end = jpeg.length - 2;
    int scan = end;
    while (jpeg[scan] != -1 || (jpeg[scan + 1] & 0xff) != 0xda) {
      scan--;
    }
    var out = new ByteArrayOutputStream();
    out.write(jpeg, 0, end);
    for (int i = 0; i < more; i++) {
      out.write(jpeg, scan, end - scan);
    }
    out.write(jpeg, end, 2);
    return out.toByteArray();
  }

  /** A grey TIFF, one pixel wide, of as many deflated strips; all of them are the same bytes. */
  static byte[] tiffOfOneStrip(int strips, byte[] strip) {
    int offsets = 8 + strip.length;
    int directory = offsets + 8 * strips;
    var tiff = ByteBuffer.allocate(directory + 2 + 9 * 12 + 4).order(ByteOrder.LITTLE_ENDIAN);
    tiff.put("II*\0".getBytes(StandardCharsets.US_ASCII)).putInt(directory).put(strip);
    for (int i = 0; i < strips; i++) {
      tiff.putInt(offsets + 4 * i, 8).putInt(offsets + 4 * (strips + i), strip.length);
    }
    boolean one = strips == 1; // then the value lies in the entry itself
    int[][] entries = {
      {256, 1, 1},
      {257, 1, strips},
      {258, 1, 8},
      {259, 1, 8},
      {262, 1, 1},
      {273, strips, one ? 8 : offsets},
      {277, 1, 1},
      {278, 1, 1},
      {279, strips, one ? strip.length : offsets + 4 * strips},
    };
    tiff.position(directory).putShort((short) entries.length);
    for (int[] entry : entries) {
      tiff.putShort((short) entry[0]).putShort((short) 4).putInt(entry[1]).putInt(entry[2]);
    }
    return tiff.array();
  }

  static byte[] deflated(byte[] content) {
    var deflater = new Deflater(9);
    deflater.setInput(content);
    deflater.finish();
    byte[] out = new byte[content.length / 500 + 1000];
    int length = deflater.deflate(out);
    deflater.end();
    return Arrays.copyOf(out, length);
  }
}
