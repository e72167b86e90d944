package dev.graft.torch;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** The element type of a {@link Tensor}, named as in PyTorch. */
public enum DType {
  /** 32-bit IEEE floating point. */
  FLOAT32(ScalarType.Float),
  /** 64-bit IEEE floating point. */
  FLOAT64(ScalarType.Double),
  /** 16-bit IEEE floating point. */
  FLOAT16(ScalarType.Half),
  /** 16-bit brain floating point. */
  BFLOAT16(ScalarType.BFloat16),
  /** 64-bit signed integer; labels and counters. */
  INT64(ScalarType.Long),
  /** 32-bit signed integer. */
  INT32(ScalarType.Int),
  /** 8-bit unsigned integer. */
  UINT8(ScalarType.Byte),
  /** Truth value. */
  BOOL(ScalarType.Bool);

  final ScalarType scalarType;

  DType(ScalarType scalarType) {
    this.scalarType = scalarType;
  }

  /**
   * Tells whether values of this type can have gradients.
   *
   * @return true for the floating-point types
   */
  public boolean isFloatingPoint() {
    return this == FLOAT32 || this == FLOAT64 || this == FLOAT16 || this == BFLOAT16;
  }

  /**
   * Returns the size of one value.
   *
   * @return bytes, from 1 to 8
   */
  public int itemSize() {
    return switch (this) {
      case FLOAT64, INT64 -> 8;
      case FLOAT32, INT32 -> 4;
      case FLOAT16, BFLOAT16 -> 2;
      case UINT8, BOOL -> 1;
    };
  }

  static DType of(ScalarType type) {
    return find(type)
        .orElseThrow(
            () -> new TorchException("Tensors of type " + nameOf(type) + " are not supported."));
  }

  static Optional<DType> find(ScalarType type) {
    ScalarType canonical = type.intern();
    return Arrays.stream(values())
        .filter(candidate -> candidate.scalarType == canonical)
        .findFirst();
  }

  /**
   * PyTorch's name of any type, also of those that are not among these; libtorch's for odd ones.
   */
  static String nameOf(ScalarType type) {
    return find(type)
        .map(known -> known.name().toLowerCase(Locale.ROOT))
        .orElseGet(
            () ->
                switch (type.intern()) {
                  case Char -> "int8";
                  case Short -> "int16";
                  case ComplexHalf -> "complex32";
                  case ComplexFloat -> "complex64";
                  case ComplexDouble -> "complex128";
                  default -> type.intern().name();
                });
  }
}
