package dev.graft.torch;

import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/**
 * A libtorch tensor. The caller owns every tensor that a method returns and closes it, except where
 * the method says that it is borrowed; closing a borrowed tensor does nothing, its owner does.
 * {@code close()} twice is harmless; use after it is an {@link IllegalStateException}.
 *
 * <p>A tensor may be handed from one thread to another but is used by one at a time.
 */
public final class Tensor implements AutoCloseable {
  private org.bytedeco.pytorch.@Nullable Tensor raw;
  private final boolean owned;

  /** Keeps the memory that {@link #ofBuffer}'s tensor looks at reachable. */
  private final @Nullable Buffer memory;

  private Tensor(org.bytedeco.pytorch.Tensor raw, boolean owned, @Nullable Buffer memory) {
    this.raw = raw;
    this.owned = owned;
    this.memory = memory;
  }

  /** Takes a tensor made in the running native call out of its scope. */
  static Tensor own(org.bytedeco.pytorch.Tensor raw) {
    return new Tensor(handle(raw), true, null);
  }

  /** A handle that {@code close()} leaves alone; {@link #release} frees it. */
  static Tensor lend(org.bytedeco.pytorch.Tensor raw) {
    return new Tensor(handle(raw), false, null);
  }

  /** Where libtorch returned a reference into another object, makes a handle that outlives it. */
  private static org.bytedeco.pytorch.Tensor handle(org.bytedeco.pytorch.Tensor raw) {
    boolean reference = raw.referenceCount() < 0;
    return Native.keep(reference ? new org.bytedeco.pytorch.Tensor(raw) : raw);
  }

  /**
   * Makes a tensor that shares the memory of a direct buffer in native byte order, without a copy,
   * from the buffer's first element on. The tensor keeps the buffer reachable.
   *
   * @param buffer direct, at least as long as the shape asks
   * @param shape the sizes
   * @return a float32 tensor on the CPU
   */
  public static Tensor ofBuffer(FloatBuffer buffer, long... shape) {
    return ofBuffer(buffer, MemoryFormat.CONTIGUOUS, shape);
  }

  /**
   * Makes a tensor that shares the memory of a direct buffer in native byte order, without a copy,
   * from the buffer's first element on. The tensor keeps the buffer reachable.
   *
   * @param buffer direct, at least as long as the shape asks
   * @param format how the values lie in the buffer
   * @param shape the sizes; [N, C, H, W] where the channels are last
   * @return a float32 tensor on the CPU
   */
  public static Tensor ofBuffer(FloatBuffer buffer, MemoryFormat format, long... shape) {
    HostMemory.requireDirect(buffer, buffer.order(), shape);
    FloatBuffer whole = buffer.duplicate().position(0);
    return view(() -> new FloatPointer(whole), ScalarType.Float, buffer, format, shape);
  }

  /**
   * Makes a tensor that shares the memory of a direct buffer in native byte order, without a copy,
   * from the buffer's first element on. The tensor keeps the buffer reachable.
   *
   * @param buffer direct, at least as long as the shape asks
   * @param shape the sizes
   * @return an int64 tensor on the CPU
   */
  public static Tensor ofBuffer(LongBuffer buffer, long... shape) {
    HostMemory.requireDirect(buffer, buffer.order(), shape);
    LongBuffer whole = buffer.duplicate().position(0);
    return view(
        () -> new LongPointer(whole), ScalarType.Long, buffer, MemoryFormat.CONTIGUOUS, shape);
  }

  private static Tensor view(
      Supplier<Pointer> pointer,
      ScalarType type,
      Buffer buffer,
      MemoryFormat format,
      long... shape) {
    long[] strides = format.strides(shape);
    return Native.call(
        () -> {
          var tensor = torch.from_blob(pointer.get(), shape, strides, new TensorOptions(type));
          return new Tensor(Native.keep(tensor), true, buffer);
        });
  }

  /**
   * Copies values into a new tensor.
   *
   * @param values row-major, exactly as many as the shape asks
   * @param shape the sizes
   * @return a float32 tensor on the CPU
   */
  public static Tensor copyOf(float[] values, long... shape) {
    HostMemory.requireCount(values.length, shape);
    Tensor tensor = zeros(DType.FLOAT32, shape);
    if (values.length > 0) {
      Native.run(() -> tensor.raw().data_ptr_float().put(values));
    }
    return tensor;
  }

  /**
   * Copies values into a new tensor.
   *
   * @param values row-major, exactly as many as the shape asks
   * @param shape the sizes
   * @return an int64 tensor on the CPU
   */
  public static Tensor copyOf(long[] values, long... shape) {
    HostMemory.requireCount(values.length, shape);
    Tensor tensor = zeros(DType.INT64, shape);
    if (values.length > 0) {
      Native.run(() -> tensor.raw().data_ptr_long().put(values));
    }
    return tensor;
  }

  /**
   * Copies the bytes of values into a new tensor.
   *
   * @param data from its position to its limit, which stay as they are: little-endian, row-major,
   *     exactly as many bytes as the type and the shape ask
   * @param dtype the element type
   * @param shape the sizes
   * @return a tensor on the CPU
   */
  public static Tensor copyOf(ByteBuffer data, DType dtype, long... shape) {
    return HostMemory.copyOf(data, dtype, shape);
  }

  /**
   * Makes a tensor of zeros.
   *
   * @param dtype the element type
   * @param shape the sizes
   * @return a tensor on the CPU
   */
  public static Tensor zeros(DType dtype, long... shape) {
    return Native.tensor(() -> torch.zeros(shape, new TensorOptions(dtype.scalarType)));
  }

  /**
   * Makes an identity matrix.
   *
   * @param size rows and columns
   * @return a float32 tensor [size, size] on the CPU
   */
  public static Tensor eye(int size) {
    return Native.tensor(() -> torch.eye(size, new TensorOptions(DType.FLOAT32.scalarType)));
  }

  /**
   * Makes a tensor of values drawn uniformly from [-bound, bound). The draw depends on the given
   * generator alone, not on libtorch's global one.
   *
   * @param random the source of randomness
   * @param bound not negative
   * @param shape the sizes
   * @return a float32 tensor on the CPU
   */
  public static Tensor uniform(SplittableRandom random, double bound, long... shape) {
    float[] values = new float[Math.toIntExact(HostMemory.numel(shape))];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) ((2 * random.nextDouble() - 1) * bound);
    }
    return copyOf(values, shape);
  }

  org.bytedeco.pytorch.Tensor raw() {
    org.bytedeco.pytorch.Tensor tensor = raw;
    if (tensor == null || tensor.isNull()) {
      throw new IllegalStateException("The tensor is closed.");
    }
    return tensor;
  }

  /**
   * Returns the sizes.
   *
   * @return a new array, empty for a scalar
   */
  public long[] shape() {
    return Native.call(
        () -> {
          var sizes = raw().sizes();
          long[] shape = new long[(int) raw().dim()];
          for (int i = 0; i < shape.length; i++) {
            shape[i] = sizes.get(i);
          }
          return shape;
        });
  }

  /**
   * Returns the number of elements.
   *
   * @return the product of the sizes
   */
  public long numel() {
    return Native.call(() -> raw().numel());
  }

  /**
   * Returns the element type.
   *
   * @return the type
   * @throws TorchException if it is none of {@link DType}'s, as a loaded module may have
   */
  public DType dtype() {
    return Native.call(() -> DType.of(raw().scalar_type()));
  }

  /**
   * Returns PyTorch's name of the element type, whatever it is.
   *
   * @return such as {@code float32}
   */
  public String dtypeName() {
    return Native.call(() -> DType.nameOf(raw().scalar_type()));
  }

  /** Whether the values are floating-point numbers of one of {@link DType}'s types. */
  boolean isFloatingPoint() {
    return Native.call(
        () -> DType.find(raw().scalar_type()).map(DType::isFloatingPoint).orElse(false));
  }

  /**
   * Returns where the values are.
   *
   * @return the device
   */
  public Device device() {
    return Native.call(() -> Device.of(raw().device()));
  }

  /**
   * Tells whether operations on this tensor are recorded for {@link #backward}.
   *
   * @return true if gradients reach this tensor
   */
  public boolean requiresGrad() {
    return Native.call(() -> raw().requires_grad());
  }

  /**
   * Sets whether gradients are computed for this leaf tensor.
   *
   * @param requiresGrad true to compute them
   */
  public void requiresGrad(boolean requiresGrad) {
    Native.run(() -> raw().set_requires_grad(requiresGrad));
  }

  /**
   * Returns a copy of the gradient that {@link #backward} accumulated in this leaf.
   *
   * @return the gradient, owned by the caller, or null if there is none
   */
  public @Nullable Tensor grad() {
    return Native.<@Nullable Tensor>call(
        () -> {
          var grad = raw().grad();
          return grad.defined() ? own(grad.clone()) : null;
        });
  }

  /** Computes the gradients of this scalar with respect to the leaves it depends on. */
  public void backward() {
    Native.run(() -> raw().backward());
  }

  /**
   * Returns the only element.
   *
   * @return the value, widened to double
   */
  public double item() {
    return Native.call(() -> raw().item_double());
  }

  /**
   * Copies the values to the heap, row-major, whatever the device and memory layout.
   *
   * @return the values as float32
   */
  public float[] toFloatArray() {
    return Native.call(
        () -> {
          var dense = dense(ScalarType.Float);
          float[] values = new float[Math.toIntExact(dense.numel())];
          if (values.length > 0) {
            dense.data_ptr_float().get(values);
          }
          return values;
        });
  }

  /**
   * Copies the values to the heap, row-major, whatever the device and memory layout.
   *
   * @return the values as float64
   */
  public double[] toDoubleArray() {
    return Native.call(
        () -> {
          var dense = dense(ScalarType.Double);
          double[] values = new double[Math.toIntExact(dense.numel())];
          if (values.length > 0) {
            dense.data_ptr_double().get(values);
          }
          return values;
        });
  }

  /**
   * Copies the values to the heap, row-major, whatever the device and memory layout.
   *
   * @return the values as int64
   */
  public long[] toLongArray() {
    return Native.call(
        () -> {
          var dense = dense(ScalarType.Long);
          long[] values = new long[Math.toIntExact(dense.numel())];
          if (values.length > 0) {
            dense.data_ptr_long().get(values);
          }
          return values;
        });
  }

  /**
   * Copies the values' bytes to the heap, whatever the device and memory layout; {@link
   * #copyOf(ByteBuffer, DType, long...)} reads them.
   *
   * @return little-endian, row-major, from 0 to its limit
   */
  public ByteBuffer toByteBuffer() {
    return HostMemory.bytes(this);
  }

  private org.bytedeco.pytorch.Tensor dense(ScalarType type) {
    return raw().detach().cpu().to(type).contiguous();
  }

  /**
   * Copies this tensor, without its history of operations.
   *
   * @return a deep copy that requires no gradient
   */
  public Tensor copy() {
    return Native.tensor(() -> raw().detach().clone());
  }

  /**
   * Overwrites the values in place, outside of autograd.
   *
   * @param source of the same shape; converted to this tensor's type and device
   */
  public void copyFrom(Tensor source) {
    try (NoGrad guard = NoGrad.open()) {
      Native.run(() -> raw().copy_(source.raw()));
    }
  }

  /**
   * Converts to another device.
   *
   * @param device the target
   * @return a tensor there; it shares this one's memory where it is there already
   */
  public Tensor to(Device device) {
    return alias(() -> raw().to(device.toNative(), raw().scalar_type()));
  }

  /**
   * Converts to another element type.
   *
   * @param dtype the target
   * @return a tensor of that type; it shares this one's memory where it has that type already
   */
  public Tensor to(DType dtype) {
    return alias(() -> raw().to(dtype.scalarType));
  }

  /**
   * Lays the values out in memory in another order.
   *
   * @param format the target; channels last needs [N, C, H, W]
   * @return a tensor of the same shape and values; it shares this one's memory where they lie so
   *     already
   * @throws TorchException if the channels cannot be last in this shape
   */
  public Tensor to(MemoryFormat format) {
    return alias(() -> raw().contiguous(format.raw));
  }

  /**
   * Tells whether the values lie in memory in this order, without gaps.
   *
   * @param format the order
   * @return true if {@link #to(MemoryFormat)} has nothing to do
   */
  public boolean isContiguous(MemoryFormat format) {
    return Native.call(() -> raw().is_contiguous(format.raw));
  }

  /** A tensor that may share this one's memory, and so keeps it reachable too. */
  private Tensor alias(Supplier<org.bytedeco.pytorch.Tensor> body) {
    return Native.call(() -> new Tensor(handle(body.get()), true, memory));
  }

  /**
   * Looks at a range along a dimension.
   *
   * @param dim the dimension, negative from the end
   * @param start the first position
   * @param length the number of positions
   * @return a view that shares this tensor's memory: writes to either show in both
   * @throws TorchException if the range is not inside this tensor
   */
  public Tensor narrow(int dim, long start, long length) {
    return alias(() -> raw().narrow(dim, start, length));
  }

  /**
   * Shifts the values along a dimension; what leaves at its end comes in at its start.
   *
   * @param shift positions towards the end; negative towards the start
   * @param dim the dimension, negative from the end
   * @return a new tensor of the same shape
   */
  public Tensor roll(int shift, int dim) {
    return Native.tensor(() -> raw().roll(new long[] {shift}, dim));
  }

  /**
   * Multiplies every value, recorded for {@link #backward}.
   *
   * @param factor the factor
   * @return a new tensor
   */
  public Tensor mul(double factor) {
    return Native.tensor(() -> raw().mul(new Scalar(factor)));
  }

  /**
   * Divides every value, recorded for {@link #backward}.
   *
   * @param divisor the divisor
   * @return a new tensor
   */
  public Tensor div(double divisor) {
    return Native.tensor(() -> raw().div(new Scalar(divisor)));
  }

  /**
   * Computes {@code this + weight * (end - this)}, recorded for {@link #backward}.
   *
   * @param end of the same shape and floating-point type
   * @param weight 0 for this tensor's values, 1 for the other's
   * @return a new tensor
   */
  public Tensor lerp(Tensor end, double weight) {
    return Native.tensor(() -> raw().lerp(end.raw(), new Scalar(weight)));
  }

  /**
   * Adds {@code weight * (source - this)} in place, outside of autograd, as an exponential moving
   * average does.
   *
   * @param source of the same shape and floating-point type
   * @param weight how far to go, from 0 to 1
   * @throws TorchException if the tensors are of integers, or of different types
   */
  public void lerpFrom(Tensor source, double weight) {
    try (NoGrad guard = NoGrad.open()) {
      Native.run(() -> raw().lerp_(source.raw(), new Scalar(weight)));
    }
  }

  /**
   * Turns class indices into rows with one 1.
   *
   * @param classes the number of columns
   * @return float32 [N, classes] of this int64 [N]
   * @throws TorchException if an index is outside 0..classes-1
   */
  public Tensor oneHot(int classes) {
    return Native.tensor(() -> torch.one_hot(raw(), classes).to(ScalarType.Float));
  }

  /**
   * Finds the position of the largest value along a dimension; of equal ones, any (as in PyTorch).
   *
   * @param dim the dimension, negative from the end
   * @return int64 positions, with that dimension removed
   */
  public Tensor argmax(int dim) {
    return Native.tensor(() -> raw().argmax(new LongOptional(dim), false));
  }

  /**
   * Finds the positions of the largest values along a dimension, the largest first; of equal ones,
   * in any order (as in PyTorch).
   *
   * @param k how many, at most the dimension's size
   * @param dim the dimension, negative from the end
   * @return int64 positions, with that dimension's size k
   * @throws TorchException if k is outside the dimension
   */
  public Tensor topk(int k, int dim) {
    return Native.tensor(() -> torch.topk(raw(), k, dim, true, true).get1());
  }

  /**
   * Computes exp(x) / sum(exp(x)) along a dimension.
   *
   * @param dim the dimension, negative from the end
   * @return probabilities of the same shape
   */
  public Tensor softmax(int dim) {
    return Native.tensor(() -> raw().softmax(dim));
  }

  /**
   * Fills the tensor with one value, outside of autograd.
   *
   * @param value the value
   */
  public void fill(double value) {
    try (NoGrad guard = NoGrad.open()) {
      Native.run(() -> raw().fill_(new Scalar(value)));
    }
  }

  /** Changes the sign of every value in place, outside of autograd. */
  public void negate() {
    try (NoGrad guard = NoGrad.open()) {
      Native.run(() -> raw().neg_());
    }
  }

  /**
   * Tells whether another tensor has the same shape, type and values, bit for bit except that NaN
   * equals nothing and the zeros are equal.
   *
   * @param other the other tensor
   * @return true if all are the same
   */
  public boolean contentEquals(Tensor other) {
    return dtype() == other.dtype() && Native.call(() -> raw().equal(other.raw()));
  }

  /** Frees the tensor, unless it is borrowed. Harmless when done before. */
  @Override
  public void close() {
    if (owned) {
      release();
    }
  }

  /** Frees the handle even of a lent tensor; for its owner. */
  void release() {
    org.bytedeco.pytorch.Tensor tensor = raw;
    raw = null;
    if (tensor != null) {
      tensor.close();
    }
  }

  @Override
  public String toString() {
    org.bytedeco.pytorch.Tensor tensor = raw;
    return tensor == null || tensor.isNull()
        ? "Tensor[closed]"
        : "Tensor[" + dtype() + Arrays.toString(shape()) + " on " + device() + "]";
  }
}
