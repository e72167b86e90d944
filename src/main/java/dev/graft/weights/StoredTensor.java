package dev.graft.weights;

import dev.graft.torch.DType;
import dev.graft.torch.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.LongStream;

/**
 * A tensor as plain bytes: little endian, row-major, contiguous. Its bytes are fetched when {@link
 * #data} is called and are not kept, so that a map of many such tensors costs no memory: those of a
 * file are read then, those to be written can be computed then.
 */
public final class StoredTensor {
  /** More dimensions than any weight has; PyTorch allows 64. */
  static final int MAX_DIMENSIONS = 16;

  /** How many sizes or strides the tensors of a file may have together: what is kept of them. */
  static final int MAX_SIZES = 1 << 20;

  private final StoredType type;
  private final List<Long> shape;
  private final long byteSize;
  private final Supplier<ByteBuffer> source;

  private StoredTensor(StoredType type, List<Long> shape, Supplier<ByteBuffer> source) {
    this.type = type;
    this.shape = List.copyOf(shape);
    this.byteSize = byteSize(type, this.shape);
    this.source = source;
  }

  /**
   * A tensor over bytes that are there. Does not copy them: they must not change while it is used.
   *
   * @param type the type of its elements
   * @param shape its sizes, each at least 0; empty for a scalar
   * @param data its bytes between position and limit, little endian and row-major
   * @return the tensor
   * @throws IllegalArgumentException if a size is negative, if there are more than 2^31-9 bytes, or
   *     if the data's size is not that of the shape
   */
  public static StoredTensor of(StoredType type, List<Long> shape, ByteBuffer data) {
    ByteBuffer bytes = data.slice().asReadOnlyBuffer();
    var tensor = new StoredTensor(type, shape, bytes::duplicate);
    tensor.requireSize(bytes);
    return tensor;
  }

  /**
   * A tensor whose bytes are made anew each time they are asked for.
   *
   * @param type the type of its elements
   * @param shape its sizes, each at least 0; empty for a scalar
   * @param source returns its bytes between position and limit, little endian and row-major
   * @return the tensor
   * @throws IllegalArgumentException if a size is negative or if there are more than 2^31-9 bytes
   */
  public static StoredTensor lazy(
      StoredType type, List<Long> shape, Supplier<? extends ByteBuffer> source) {
    return new StoredTensor(type, shape, source::get);
  }

  /**
   * A tensor of libtorch's, whose values are copied each time they are asked for.
   *
   * @param tensor borrowed: open and unchanged as long as this is used
   * @return the tensor as bytes
   */
  public static StoredTensor of(Tensor tensor) {
    List<Long> shape = LongStream.of(tensor.shape()).boxed().toList();
    return lazy(StoredType.valueOf(tensor.dtype().name()), shape, tensor::toByteBuffer);
  }

  /**
   * Copies the bytes into a tensor of libtorch's.
   *
   * @return a tensor on the CPU, owned by the caller
   * @throws IllegalArgumentException if libtorch's wrappers do not support the type
   */
  public Tensor toTensor() {
    long[] sizes = shape.stream().mapToLong(Long::longValue).toArray();
    return Tensor.copyOf(data(), DType.valueOf(type.name()), sizes);
  }

  /**
   * Tells whether a tensor of libtorch's has this type and shape.
   *
   * @param tensor the tensor
   * @return true if it has both
   */
  public boolean fits(Tensor tensor) {
    return type.name().equals(tensor.dtype().name())
        && LongStream.of(tensor.shape()).boxed().toList().equals(shape);
  }

  /**
   * Returns the type of the elements.
   *
   * @return the type
   */
  public StoredType type() {
    return type;
  }

  /**
   * Returns the sizes.
   *
   * @return an immutable list, empty for a scalar
   */
  public List<Long> shape() {
    return shape;
  }

  /**
   * Returns the size of the data.
   *
   * @return bytes
   */
  public long byteSize() {
    return byteSize;
  }

  /**
   * Fetches the bytes. A tensor of a file reads them from it at each call.
   *
   * @return a read-only little-endian buffer of {@link #byteSize} bytes, its position 0; on the
   *     Java heap if the tensor is of a file
   * @throws WeightsException if reading the file fails
   * @throws IllegalStateException if the file was closed, or if a {@link #lazy} source returns
   *     another number of bytes than the shape has
   */
  public ByteBuffer data() {
    ByteBuffer bytes = source.get().slice().asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
    if (bytes.remaining() != byteSize) {
      throw new IllegalStateException(wrongSize(bytes));
    }
    return bytes;
  }

  @Override
  public String toString() {
    return "StoredTensor[" + type + ", " + shape + "]";
  }

  private void requireSize(ByteBuffer bytes) {
    if (bytes.remaining() != byteSize) {
      throw new IllegalArgumentException(wrongSize(bytes));
    }
  }

  private String wrongSize(ByteBuffer bytes) {
    return this + " has " + byteSize + " bytes, not " + bytes.remaining();
  }

  /**
   * Computes a tensor's size without overflow.
   *
   * @throws IllegalArgumentException if a size is negative or the product exceeds a Java array
   */
  static int byteSize(StoredType type, List<Long> shape) {
    long elements = 1;
    boolean tooLarge = false;
    for (long size : shape) {
      if (size < 0) {
        throw new IllegalArgumentException("the shape " + shape + " has a negative size");
      } else if (size == 0) {
        return requireNoNegative(shape);
      }
      tooLarge |= elements > Integer.MAX_VALUE / size;
      elements = tooLarge ? elements : elements * size;
    }
    if (tooLarge || elements * type.itemSize() > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          "the shape " + shape + " of " + type + " has more than 2 GiB");
    }
    return (int) (elements * type.itemSize());
  }

  private static int requireNoNegative(List<Long> shape) {
    if (shape.stream().anyMatch(size -> size < 0)) {
      throw new IllegalArgumentException("the shape " + shape + " has a negative size");
    }
    return 0;
  }
}
