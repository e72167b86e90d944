package dev.graft.weights;

import dev.graft.weights.Pickled.Storage;
import java.io.EOFException;
import java.io.IOException;
import java.util.List;

/** A tensor as PyTorch stores it: a view of a storage with an offset and strides, in elements. */
final class StridedTensor {
  /** How much larger than its storage a tensor may be, by strides of 0. */
  private static final long MAX_EXPANSION = 16L << 20;

  private final Storage storage;
  private final StoredType type;
  private final long first;
  private final List<Long> shape;
  private final List<Long> strides;
  private final int byteSize;
  private final int spanBytes;

  /**
   * A view.
   *
   * @throws IllegalArgumentException if it leaves its storage or is impossible, without overflow
   */
  StridedTensor(
      Storage storage, StoredType type, long offset, List<Long> shape, List<Long> strides) {
    if (shape.size() != strides.size()) {
      throw new IllegalArgumentException("it has " + shape + " sizes but " + strides + " strides");
    }
    this.storage = storage;
    this.type = type;
    this.shape = shape;
    this.strides = strides;
    this.byteSize = StoredTensor.byteSize(type, shape);
    long last = byteSize == 0 ? -1 : lastElement(shape, strides);
    long available = storage.viewByteSize() / type.itemSize();
    if (offset < 0 || last >= available || offset > available - 1 - last) {
      throw new IllegalArgumentException("it leaves its storage");
    }
    if (byteSize > storage.viewByteSize() + MAX_EXPANSION) {
      throw new IllegalArgumentException("it is far larger than its storage");
    }
    long span = (last + 1) * type.itemSize();
    if (span > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException("it spans more than 2 GiB");
    }
    this.first = storage.byteStart() + offset * type.itemSize();
    this.spanBytes = (int) span;
  }

  /** The distance of the last element from the first. */
  private static long lastElement(List<Long> shape, List<Long> strides) {
    try {
      long last = 0;
      for (int i = 0; i < shape.size(); i++) {
        if (strides.get(i) < 0) {
          throw new IllegalArgumentException("it has a negative stride");
        }
        last = Math.addExact(last, Math.multiplyExact(shape.get(i) - 1, strides.get(i)));
      }
      return last;
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("its strides overflow", e);
    }
  }

  Storage storage() {
    return storage;
  }

  StoredType type() {
    return type;
  }

  List<Long> shape() {
    return shape;
  }

  int byteSize() {
    return byteSize;
  }

  /** How many bytes of its storage lie between its first and its last element. */
  int spanBytes() {
    return spanBytes;
  }

  /** Where in its storage it ends, in bytes. */
  long end() {
    return first + spanBytes;
  }

  /** Reads bytes of the tensor's storage. */
  @FunctionalInterface
  interface StorageBytes {
    byte[] read(long at, int length) throws IOException;
  }

  /** Reads the part of the storage that it spans, and gathers its elements if they are apart. */
  byte[] read(StorageBytes bytes, boolean bigEndian) throws IOException {
    if (byteSize == 0) {
      return new byte[0];
    }
    byte[] span = bytes.read(first, spanBytes);
    if (span.length != spanBytes) {
      throw new EOFException("its storage has ended");
    }
    byte[] data = isContiguous() ? span : gather(span);
    if (bigEndian) {
      swap(data, type.itemSize());
    }
    return data;
  }

  private boolean isContiguous() {
    long stride = 1;
    for (int i = shape.size() - 1; i >= 0; i--) {
      if (shape.get(i) != 1 && strides.get(i) != stride) {
        return false;
      }
      stride *= shape.get(i);
    }
    return true;
  }

  private byte[] gather(byte[] span) {
    int item = type.itemSize();
    byte[] data = new byte[byteSize];
    int dimensions = shape.size();
    long[] index = new long[dimensions];
    long element = 0;
    for (int at = 0; at < byteSize; at += item) {
      System.arraycopy(span, (int) element * item, data, at, item);
      for (int d = dimensions - 1; d >= 0; d--) {
        element += strides.get(d);
        if (++index[d] < shape.get(d)) {
          break;
        }
        element -= strides.get(d) * shape.get(d);
        index[d] = 0;
      }
    }
    return data;
  }

  private static void swap(byte[] data, int item) {
    for (int at = 0; at < data.length; at += item) {
      for (int i = at, j = at + item - 1; i < j; i++, j--) {
        byte swapped = data[i];
        data[i] = data[j];
        data[j] = swapped;
      }
    }
  }
}
