package dev.graft.image;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC1;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;
import static org.bytedeco.opencv.global.opencv_core.setNumThreads;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_COLOR_RGB;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_IGNORE_ORIENTATION;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imdecode;

import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
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

  /** Decodes an image whose structure was checked into {@code to}. */
  void decode(Encoded image, ImageHeader header, PixelImage to) {
    if (input.capacity() < image.length()) {
      BytePointer larger = buffer(image.length());
      input.close();
      input = larger;
    }
    input.position(0).put(image.bytes(), 0, image.length());
    try (Mat encoded = new Mat(1, image.length(), CV_8UC1, input);
        Mat decoded = imdecode(encoded, FLAGS, pixels);
        BytePointer data = decoded.data()) {
      if (decoded.empty()) {
        throw image.refused("it is damaged: its content cannot be decoded");
      }
      copy(image, header, decoded, data, to);
    } catch (ImageException refused) {
      throw refused;
    } catch (RuntimeException failure) {
      throw new ImageException(
          image.name(), "its content cannot be decoded: " + failure.getMessage(), failure);
    } finally {
      if (pixels.total() * pixels.elemSize() > PixelImage.RETAINED_BYTES) {
        pixels.release();
      }
    }
  }

  private static void copy(
      Encoded image, ImageHeader header, Mat decoded, BytePointer data, PixelImage to) {
    if (decoded.type() != CV_8UC3
        || !decoded.isContinuous()
        || decoded.cols() != header.width()
        || decoded.rows() != header.height()) {
      throw image.refused("it is damaged: its content is not what its header says");
    }
    to.setSize(decoded.cols(), decoded.rows());
    data.get(to.pixels(), 0, decoded.cols() * decoded.rows() * 3);
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
