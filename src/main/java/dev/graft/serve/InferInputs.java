package dev.graft.serve;

import dev.graft.image.Preprocessing;
import dev.graft.predict.ImageSource;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * Makes images of the tensors of an inference request: {@code images} is a batch that was
 * preprocessed by the client, {@code encoded} are image files.
 */
final class InferInputs {
  static final String IMAGES = "images";
  static final String ENCODED = "encoded";

  private final byte[] body;
  private final int jsonLength;
  private final Preprocessing preprocessing;
  private final int maxBatch;

  InferInputs(byte[] body, int jsonLength, Preprocessing preprocessing, int maxBatch) {
    this.body = body;
    this.jsonLength = jsonLength;
    this.preprocessing = preprocessing;
    this.maxBatch = maxBatch;
  }

  /** The images of a request's only input. */
  List<ImageSource> images(InferRequest request) {
    if (request.inputs().size() != 1) {
      throw new Problem(
          Problem.BAD_REQUEST,
          "There are %d inputs; send one, %s or %s."
              .formatted(request.inputs().size(), IMAGES, ENCODED));
    }
    InferRequest.Input input = request.inputs().get(0);
    requireBytes(input);
    if (input.name().equals(IMAGES) && input.datatype().equals("FP32")) {
      return preprocessed(input);
    } else if (input.name().equals(ENCODED) && input.datatype().equals("BYTES")) {
      return encoded(input);
    }
    throw new Problem(
        Problem.BAD_REQUEST,
        "There is no such input; send %s as FP32 or %s as BYTES.".formatted(IMAGES, ENCODED));
  }

  private void requireBytes(InferRequest.Input input) {
    int behind = body.length - jsonLength;
    long said = Math.max(input.binarySize(), 0);
    if (behind != said) {
      throw new Problem(
          Problem.BAD_REQUEST,
          "%d bytes follow the JSON, but binary_data_size is %d.".formatted(behind, said));
    }
  }

  private List<ImageSource> preprocessed(InferRequest.Input input) {
    long side = preprocessing.imageSize();
    List<Long> expected = List.of(3L, side, side);
    List<Long> shape = input.shape();
    if (shape.size() != 4 || !shape.subList(1, 4).equals(expected)) {
      throw new Problem(
          Problem.BAD_REQUEST,
          "%s has the shape %s; it must be [N, 3, %d, %d].".formatted(IMAGES, shape, side, side));
    }
    int batch = batch(shape.get(0));
    int length = preprocessing.floats();
    FloatBuffer values = floats(input, (long) batch * length);
    requireFinite(values);
    List<ImageSource> images = new ArrayList<>(batch);
    for (int i = 0; i < batch; i++) {
      images.add(ImageSource.ofPreprocessed(values.slice(i * length, length)));
    }
    return images;
  }

  private int batch(long size) {
    if (size < 1 || size > maxBatch) {
      throw new Problem(
          Problem.BAD_REQUEST,
          "There are %d images; send 1 to %d a request.".formatted(size, maxBatch));
    }
    return (int) size;
  }

  /** So many values, where they are, not copied. */
  private FloatBuffer floats(InferRequest.Input input, long count) {
    if (input.binarySize() < 0) {
      return FloatBuffer.wrap(requireData(input).numbers(count), 0, (int) count);
    } else if (input.binarySize() == count * Float.BYTES) {
      return binary().asFloatBuffer();
    }
    throw new Problem(
        Problem.BAD_REQUEST,
        "binary_data_size is %d; the shape %s has %d bytes."
            .formatted(input.binarySize(), input.shape(), count * Float.BYTES));
  }

  private static void requireFinite(FloatBuffer values) {
    float[] some = new float[1024]; // in bulk, as single reads of a buffer are slow
    for (FloatBuffer rest = values.duplicate(); rest.hasRemaining(); ) {
      int count = Math.min(some.length, rest.remaining());
      rest.get(some, 0, count);
      for (int i = 0; i < count; i++) {
        if (!Float.isFinite(some[i])) {
          throw new Problem(Problem.BAD_REQUEST, IMAGES + " holds a value that is not finite.");
        }
      }
    }
  }

  private List<ImageSource> encoded(InferRequest.Input input) {
    int batch = batch(input.size());
    List<byte[]> files = input.binarySize() < 0 ? base64(input, batch) : elements(batch);
    List<ImageSource> images = new ArrayList<>(batch);
    for (byte[] file : files) {
      images.add(ImageSource.of(file, "image " + images.size()));
    }
    return images;
  }

  private static List<byte[]> base64(InferRequest.Input input, int count) {
    try {
      return requireData(input).texts(count).stream().map(Base64.getDecoder()::decode).toList();
    } catch (IllegalArgumentException e) {
      throw new Problem(
          Problem.BAD_REQUEST, "An image in JSON must be base64: " + e.getMessage() + ".");
    }
  }

  /** Each element is its length in four bytes, then so many bytes. */
  private List<byte[]> elements(int count) {
    ByteBuffer rest = binary();
    List<byte[]> elements = new ArrayList<>(count);
    while (rest.remaining() >= Integer.BYTES) {
      long length = Integer.toUnsignedLong(rest.getInt());
      if (length > rest.remaining()) {
        break;
      }
      int start = body.length - rest.remaining();
      elements.add(Arrays.copyOfRange(body, start, start + (int) length));
      rest.position(rest.position() + (int) length);
    }
    if (elements.size() != count || rest.hasRemaining()) {
      throw new Problem(
          Problem.BAD_REQUEST,
          "The bytes of %s are no %d elements, each with its length before it."
              .formatted(ENCODED, count));
    }
    return elements;
  }

  private ByteBuffer binary() {
    return ByteBuffer.wrap(body, jsonLength, body.length - jsonLength)
        .slice()
        .order(ByteOrder.LITTLE_ENDIAN);
  }

  private static TensorData requireData(InferRequest.Input input) {
    if (input.data() == null) {
      throw new Problem(
          Problem.BAD_REQUEST, "The input has neither data nor a parameter binary_data_size.");
    }
    return input.data();
  }
}
