package dev.graft.image;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Writes pictures for people to look at as JPEG; what a network is shown never comes from it. */
public final class JpegPicture {
  private static final float QUALITY = 0.85f;

  private JpegPicture() {}

  /**
   * Encodes a picture.
   *
   * @param image without transparency
   * @return the content of a JPEG file
   */
  public static byte[] encode(BufferedImage image) {
    Iterator<ImageWriter> writers = ImageIO.getImageWritersByFormatName("jpeg");
    if (!writers.hasNext()) {
      throw new IllegalStateException("This Java runtime cannot write JPEG files.");
    }
    ImageWriter writer = writers.next();
    var bytes = new ByteArrayOutputStream();
    try (var stream = new MemoryCacheImageOutputStream(bytes)) {
      ImageWriteParam param = writer.getDefaultWriteParam();
      param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      param.setCompressionQuality(QUALITY);
      writer.setOutput(stream);
      writer.write(null, new IIOImage(image, null, null), param);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write a JPEG file to memory", e);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }
}
