package dev.graft.torch;

import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.bytedeco.javacpp.BytePointer;

/**
 * Values on their way between Java's memory and a tensor's: the checks before, and raw bytes of any
 * type. libtorch's platforms are little-endian, and so are the bytes.
 */
final class HostMemory {
  private HostMemory() {}

  static void requireDirect(Buffer buffer, ByteOrder order, long... shape) {
    if (!buffer.isDirect() || order != ByteOrder.nativeOrder()) {
      throw new IllegalArgumentException(
          "A tensor can only share the memory of a direct buffer in native byte order.");
    }
    if (numel(shape) > buffer.capacity()) {
      throw new IllegalArgumentException(
          Arrays.toString(shape)
              + " needs more than the buffer's "
              + buffer.capacity()
              + " elements.");
    }
  }

  static void requireCount(int count, long... shape) {
    if (count != numel(shape)) {
      throw new IllegalArgumentException(
          count + " values do not fill the shape " + Arrays.toString(shape) + ".");
    }
  }

  static long numel(long... shape) {
    long count = 1;
    for (long size : shape) {
      if (size < 0) {
        throw new IllegalArgumentException("Negative size in " + Arrays.toString(shape) + ".");
      }
      count = Math.multiplyExact(count, size);
    }
    return count;
  }

  static Tensor copyOf(ByteBuffer data, DType dtype, long... shape) {
    long needed = Math.multiplyExact(numel(shape), (long) dtype.itemSize());
    if (data.remaining() != needed) {
      throw new IllegalArgumentException(
          data.remaining()
              + " bytes are not the "
              + needed
              + " of a tensor "
              + dtype
              + Arrays.toString(shape)
              + ".");
    }
    byte[] bytes = new byte[data.remaining()];
    data.duplicate().get(bytes);
    Tensor tensor = Tensor.zeros(dtype, shape);
    if (bytes.length > 0) {
      Native.run(() -> new BytePointer(tensor.raw().data_ptr()).put(bytes));
    }
    return tensor;
  }

  static ByteBuffer bytes(Tensor tensor) {
    return Native.call(
        () -> {
          var dense = tensor.raw().detach().cpu().contiguous();
          byte[] bytes = new byte[Math.toIntExact(dense.nbytes())];
          if (bytes.length > 0) {
            new BytePointer(dense.data_ptr()).get(bytes);
          }
          return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        });
  }
}
