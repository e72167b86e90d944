package dev.graft.torch;

import java.util.List;
import java.util.function.BiConsumer;
import org.bytedeco.pytorch.DeviceOptional;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/**
 * The gradients of some parameters, and a few numbers more, one after the other in one tensor, so
 * that one operation sums them all over several processes.
 */
public final class FlatGradients implements AutoCloseable {
  private final Device device;
  private @Nullable Tensor flat;

  /**
   * Makes an empty one; memory is taken with the first {@link #pack}.
   *
   * @param device where the tensor shall be, whatever device the gradients are on
   */
  public FlatGradients(Device device) {
    this.device = device;
  }

  /**
   * Copies gradients.
   *
   * @param parameters of which those that need a gradient take part; one that has none gives zeros
   * @param numbers to go with them; exact up to 2^24
   * @return a vector, lent until the next call; float64 if a parameter is, else float32
   */
  public Tensor pack(List<Tensor> parameters, double... numbers) {
    return Native.call(
        () -> {
          long total = numbers.length;
          boolean wide = false;
          for (Tensor parameter : parameters) {
            total += parameter.raw().requires_grad() ? parameter.raw().numel() : 0;
            wide |= DType.of(parameter.raw().scalar_type()) == DType.FLOAT64;
          }
          Tensor target = room(total, wide ? ScalarType.Double : ScalarType.Float);
          eachPart(
              parameters,
              (parameter, part) -> {
                var gradient = parameter.grad();
                if (gradient.defined()) {
                  part.copy_(gradient);
                } else {
                  part.zero_();
                }
              });
          try (Tensor more = Tensor.copyOf(floats(numbers), numbers.length)) {
            target.raw().narrow(0, total - numbers.length, numbers.length).copy_(more.raw());
          }
          return target;
        });
  }

  /**
   * Copies the gradients back, each divided; a parameter that had none keeps none.
   *
   * @param parameters as they were packed
   * @param divisor above 0
   * @param numbers how many numbers went with them
   * @return those numbers, as they are
   */
  public double[] unpack(List<Tensor> parameters, double divisor, int numbers) {
    Tensor source = flat;
    if (source == null) {
      throw new IllegalStateException("Nothing was packed.");
    }
    return Native.call(
        () -> {
          long total = source.raw().numel();
          double[] result;
          try (Tensor end = Tensor.own(source.raw().narrow(0, total - numbers, numbers).cpu())) {
            result = end.toDoubleArray();
          }
          var scalar = new org.bytedeco.pytorch.Scalar(divisor);
          eachPart(
              parameters,
              (parameter, part) -> {
                var gradient = parameter.grad();
                if (gradient.defined()) {
                  torch.div_out(gradient, part, scalar);
                }
              });
          return result;
        });
  }

  private static float[] floats(double[] numbers) {
    float[] floats = new float[numbers.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) numbers[i];
    }
    return floats;
  }

  private Tensor room(long numbers, ScalarType type) {
    Tensor present = flat;
    if (present != null
        && present.raw().numel() == numbers
        && present.raw().scalar_type().intern() == type) {
      return present;
    }
    close();
    Tensor fresh =
        Tensor.own(
            torch.zeros(
                new long[] {numbers},
                new TensorOptions(type).device(new DeviceOptional(device.toNative()))));
    flat = fresh;
    return fresh;
  }

  private void eachPart(
      List<Tensor> parameters,
      BiConsumer<org.bytedeco.pytorch.Tensor, org.bytedeco.pytorch.Tensor> action) {
    Tensor whole = flat;
    long from = 0;
    for (Tensor parameter : parameters) {
      if (whole != null && parameter.raw().requires_grad()) {
        long length = parameter.raw().numel();
        try (var scope = new org.bytedeco.javacpp.PointerScope()) {
          action.accept(
              parameter.raw(), shaped(whole.raw().narrow(0, from, length), parameter.raw()));
        }
        from += length;
      }
    }
  }

  /** A part as a tensor laid out as its parameter is, on every rank, and so mostly its gradient. */
  private static org.bytedeco.pytorch.Tensor shaped(
      org.bytedeco.pytorch.Tensor part, org.bytedeco.pytorch.Tensor parameter) {
    boolean channelsLast =
        parameter.dim() == 4 && parameter.is_contiguous(torch.MemoryFormat.ChannelsLast);
    return channelsLast
        ? part.as_strided(parameter.sizes(), parameter.strides())
        : part.view_as(parameter);
  }

  /** Frees the tensor. */
  @Override
  public void close() {
    Tensor present = flat;
    flat = null;
    if (present != null) {
      present.close();
    }
  }
}
