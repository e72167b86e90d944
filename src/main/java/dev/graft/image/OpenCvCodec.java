package dev.graft.image;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC1;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;
import static org.bytedeco.opencv.global.opencv_core.getVersionMajor;
import static org.bytedeco.opencv.global.opencv_core.getVersionMinor;
import static org.bytedeco.opencv.global.opencv_core.getVersionRevision;
import static org.bytedeco.opencv.global.opencv_core.setNumThreads;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_COLOR_RGB;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_IGNORE_ORIENTATION;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imdecode;

import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;

/** OpenCV's image readers, with native buffers that are kept from image to image. */
final class OpenCvCodec implements AutoCloseable {
  private static final int FLAGS = IMREAD_COLOR_RGB | IMREAD_IGNORE_ORIENTATION;
  private static final int FIRST_BUFFER = 1 << 20;

  static {
    setNumThreads(1); // graft decodes many images at once, one a thread
  }

  private BytePointer input;
  private final Mat pixels;

  @SuppressWarnings("try") // the scope works by being open
  OpenCvCodec() {
    // A scope of our own, and a reference beyond it: a caller's scope must not free these.
    try (PointerScope scope = new PointerScope()) {
      pixels = new Mat();
      pixels.retainReference();
    }
    input = buffer(FIRST_BUFFER);
  }

  /** Loads all of OpenCV that is used, and tells its version. */
  static String version() {
    Loader.load(opencv_imgcodecs.class);
    return getVersionMajor() + "." + getVersionMinor() + "." + getVersionRevision();
  }

  /** Decodes the first rows of an image whose structure was checked into {@code to}. */
  void decode(Encoded image, ImageHeader header, int rows, PixelImage to) {
    if (input.capacity() < image.length()) {
      BytePointer larger = buffer(image.length());
      input.close();
      input = larger;
    }
    int length = put(image, header);
    try {
      if (!decodeCut(image, header, rows, to)
          && !decode(image, length, header.width(), header.height(), rows, to)) {
        throw image.refused("it is damaged: its content cannot be decoded");
      }
    } catch (ImageException refused) {
      throw refused;
    } catch (RuntimeException failure) {
      throw new ImageException(
          image.name(), "its content cannot be decoded: " + failure.getMessage(), failure);
    } finally {
      if (!pixels.empty() && pixels.total() * pixels.elemSize() > PixelImage.RETAINED_BYTES) {
        pixels.release();
      }
    }
  }

  /** Fills {@code input} with what is to be decoded. */
  private int put(Encoded image, ImageHeader header) {
    if (header.spans().isEmpty()) {
      input.position(0).put(image.bytes(), 0, image.length());
      return image.length();
    }
    int length = 0;
    for (ImageHeader.Span span : header.spans()) {
      input.position(length).put(image.bytes(), span.from(), span.to() - span.from());
      length += span.to() - span.from();
    }
    input.position(0);
    return length;
  }

  /** Decodes no more than is needed; false if there is no more, or if that is not enough. */
  private boolean decodeCut(Encoded image, ImageHeader header, int rows, PixelImage to) {
    JpegCut cut = header.cut();
    if (cut == null || cut.height(rows) >= header.height()) {
      return false;
    }
    putHeight(cut, cut.height(rows));
    boolean decoded = decode(image, cut.end(), header.width(), cut.height(rows), rows, to);
    putHeight(cut, header.height());
    return decoded;
  }

  private void putHeight(JpegCut cut, int height) {
    input.put(cut.heightAt(), (byte) (height >> 8));
    input.put(cut.heightAt() + 1L, (byte) height);
  }

  /** Decodes what {@code input} holds, and copies its first rows; false if it is damaged. */
  private boolean decode(
      Encoded image, int length, int width, int height, int rows, PixelImage to) {
    try (Mat encoded = new Mat(1, length, CV_8UC1, input);
        Mat decoded = imdecode(encoded, FLAGS, pixels);
        BytePointer data = decoded.data()) {
      if (decoded.empty()) {
        return false;
      }
      if (decoded.type() != CV_8UC3
          || !decoded.isContinuous()
          || decoded.cols() != width
          || decoded.rows() != height) {
        throw image.refused("it is damaged: its content is not what its header says");
      }
      to.setSize(width, rows);
      data.get(to.pixels(), 0, width * rows * 3);
      return true;
    }
  }

  @SuppressWarnings("try")
  private static BytePointer buffer(int size) {
    try (PointerScope scope = new PointerScope()) {
      BytePointer buffer = new BytePointer(size);
      buffer.retainReference();
      return buffer;
    }
  }

  @Override
  public void close() {
    input.close();
    pixels.close();
  }
}
