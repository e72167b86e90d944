package dev.graft.image;

import dev.graft.MutatedImages;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Golden PNGs with an animation around them; Pillow gives the same pixels as without. */
final class AnimatedPng {
  private static final int AFTER_HEADER = 33;
  private static final int END = 12;
  private static final int FRAMES = 2;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final byte[] plain;
  private int sequence;

  private AnimatedPng(byte[] plain) {
    this.plain = plain;
  }

  /**
   * Puts black frames behind the image of a PNG.
   *
   * @param hidden whether that image is only for readers that do not know animations; else it is
   *     the first frame
   */
  static byte[] of(byte[] plain, boolean hidden) {
    return new AnimatedPng(plain).animated(hidden);
  }

  private byte[] animated(boolean hidden) {
    out.write(plain, 0, AFTER_HEADER);
    chunk("acTL", ByteBuffer.allocate(8).putInt(FRAMES).array());
    if (!hidden) {
      control();
    }
    out.write(plain, AFTER_HEADER, plain.length - END - AFTER_HEADER);
    for (int frame = hidden ? 0 : 1; frame < FRAMES; frame++) {
      control();
      byte[] black = Bombs.deflated(new byte[rawLength()]);
      chunk("fdAT", ByteBuffer.allocate(4 + black.length).putInt(sequence++).put(black).array());
    }
    out.write(plain, plain.length - END, END);
    byte[] png = out.toByteArray();
    MutatedImages.reseal(png);
    return png;
  }

  /** Scan lines, each with a byte that names its filter. */
  private int rawLength() {
    var header = ByteBuffer.wrap(plain);
    int channels = switch (plain[25]) { // the colour type
          case 2 -> 3;
          case 4 -> 2;
          case 6 -> 4;
          default -> 1;
        };
    return header.getInt(20) * (1 + header.getInt(16) * channels * plain[24] / 8);
  }

  /** Says where a frame goes and for how long: the whole picture, a tenth of a second. */
  private void control() {
    var body = ByteBuffer.allocate(26);
    body.putInt(sequence++).put(plain, 16, 8).putInt(0).putInt(0);
    body.putShort((short) 1).putShort((short) 10);
    chunk("fcTL", body.array());
  }

  /** A chunk whose checksum is still missing. */
  private void chunk(String type, byte[] body) {
    out.writeBytes(ByteBuffer.allocate(4).putInt(body.length).array());
    out.writeBytes(type.getBytes(StandardCharsets.US_ASCII));
    out.writeBytes(body);
    out.writeBytes(new byte[4]);
  }
}
