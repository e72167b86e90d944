package dev.graft.weights;

import java.util.Optional;

/**
 * The element types that weights files may hold, with their names in the two formats. In order of
 * declaration they are sorted as safetensors sorts tensors in a file.
 */
public enum StoredType {
  /** 64-bit signed integer. */
  INT64(8, "I64", "LongStorage", "int64"),
  /** IEEE 754 binary64. */
  FLOAT64(8, "F64", "DoubleStorage", "float64"),
  /** IEEE 754 binary32. */
  FLOAT32(4, "F32", "FloatStorage", "float32"),
  /** 32-bit signed integer. */
  INT32(4, "I32", "IntStorage", "int32"),
  /** The upper half of a binary32. */
  BFLOAT16(2, "BF16", "BFloat16Storage", "bfloat16"),
  /** IEEE 754 binary16. */
  FLOAT16(2, "F16", "HalfStorage", "float16"),
  /** 16-bit signed integer. */
  INT16(2, "I16", "ShortStorage", "int16"),
  /** 8-bit signed integer. */
  INT8(1, "I8", "CharStorage", "int8"),
  /** 8-bit unsigned integer. */
  UINT8(1, "U8", "ByteStorage", "uint8"),
  /** One byte, 0 or 1. */
  BOOL(1, "BOOL", "BoolStorage", "bool");

  private final int itemSize;
  private final String safetensorsName;
  private final String storageName;
  private final String dtypeName;

  StoredType(int itemSize, String safetensorsName, String storageName, String dtypeName) {
    this.itemSize = itemSize;
    this.safetensorsName = safetensorsName;
    this.storageName = storageName;
    this.dtypeName = dtypeName;
  }

  /**
   * Returns the size of one element.
   *
   * @return bytes, 1 to 8
   */
  public int itemSize() {
    return itemSize;
  }

  /**
   * Returns the type's name in safetensors files.
   *
   * @return for example {@code F32}
   */
  public String safetensorsName() {
    return safetensorsName;
  }

  /**
   * Returns the name of the class of PyTorch's storages of this type.
   *
   * @return for example {@code FloatStorage}
   */
  public String storageName() {
    return storageName;
  }

  /**
   * Returns the name of PyTorch's {@code torch.dtype}.
   *
   * @return for example {@code float32}
   */
  public String dtypeName() {
    return dtypeName;
  }

  static Optional<StoredType> ofSafetensors(String name) {
    for (StoredType type : values()) {
      if (type.safetensorsName.equals(name)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }

  static Optional<StoredType> ofStorage(String name) {
    for (StoredType type : values()) {
      if (type.storageName.equals(name)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }

  static Optional<StoredType> ofDtype(String name) {
    for (StoredType type : values()) {
      if (type.dtypeName.equals(name)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }
}
