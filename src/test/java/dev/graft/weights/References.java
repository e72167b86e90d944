package dev.graft.weights;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The files of scripts/make-weights-references.py and the formula of their values. */
final class References {
  private References() {}

  static Path path(String name) {
    try {
      return Path.of(References.class.getResource(name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The tensors of {@code types} in the script. */
  static Map<String, StoredTensor> types() {
    Map<String, StoredTensor> types = new LinkedHashMap<>();
    types.put("f32", formula(StoredType.FLOAT32, 0, 2, 3));
    types.put("f64", formula(StoredType.FLOAT64, 1, 4));
    types.put("f16", formula(StoredType.FLOAT16, 2, 2, 2));
    types.put("bf16", formula(StoredType.BFLOAT16, 3, 3));
    types.put("i64", formula(StoredType.INT64, 4));
    types.put("i32", formula(StoredType.INT32, 5, 2));
    types.put("i16", formula(StoredType.INT16, 6, 3));
    types.put("i8", formula(StoredType.INT8, 7, 2));
    types.put("u8", formula(StoredType.UINT8, 8, 5));
    types.put("flag", formula(StoredType.BOOL, 9, 4));
    types.put("empty", formula(StoredType.FLOAT32, 0, 0, 3));
    return types;
  }

  /** The state dict of {@code model} in the script. */
  static Map<String, StoredTensor> model() {
    Map<String, StoredTensor> model = new LinkedHashMap<>();
    model.put("0.weight", formula(StoredType.FLOAT32, 0, 3, 2, 2, 2));
    model.put("0.bias", formula(StoredType.FLOAT32, 1, 3));
    model.put("1.weight", formula(StoredType.FLOAT32, 2, 3));
    model.put("1.bias", formula(StoredType.FLOAT32, 3, 3));
    model.put("1.running_mean", formula(StoredType.FLOAT32, 4, 3));
    model.put("1.running_var", formula(StoredType.FLOAT32, 5, 3));
    model.put("1.num_batches_tracked", formula(StoredType.INT64, 6));
    model.put("2.weight", formula(StoredType.FLOAT32, 7, 2, 3));
    model.put("2.bias", formula(StoredType.FLOAT32, 8, 2));
    return model;
  }

  static StoredTensor formula(StoredType type, int salt, long... shape) {
    List<Long> sizes = new ArrayList<>();
    int count = 1;
    for (long size : shape) {
      sizes.add(size);
      count *= (int) size;
    }
    ByteBuffer data = ByteBuffer.allocate(count * type.itemSize()).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      put(data, type, value(i, salt));
    }
    return StoredTensor.of(type, sizes, data.flip());
  }

  /** Four times a float's value; an integer's value. */
  static int value(int i, int salt) {
    return (7 * i + salt) % 31 - 15;
  }

  static void put(ByteBuffer data, StoredType type, int value) {
    float real = value / 4f;
    switch (type) {
      case FLOAT64 -> data.putDouble(real);
      case FLOAT32 -> data.putFloat(real);
      case FLOAT16 -> data.putShort(half(real));
      case BFLOAT16 -> data.putShort((short) (Float.floatToIntBits(real) >>> 16));
      case INT64 -> data.putLong(value);
      case INT32 -> data.putInt(value);
      case INT16 -> data.putShort((short) value);
      case INT8 -> data.put((byte) value);
      case UINT8 -> data.put((byte) (value + 15));
      case BOOL -> data.put((byte) ((value + 15) % 2));
    }
  }

  /** Exact for the formula's values, which are normal halves or 0. */
  private static short half(float value) {
    int bits = Float.floatToIntBits(value);
    if (value == 0) {
      return 0;
    }
    int exponent = ((bits >>> 23) & 0xff) - 127 + 15;
    int sign = (bits >>> 16) & 0x8000;
    int fraction = (bits >>> 13) & 0x3ff;
    return (short) (sign | (exponent << 10) | fraction);
  }

  static void assertSame(Map<String, StoredTensor> actual, Map<String, StoredTensor> expected) {
    assertThat(actual.keySet()).containsExactlyInAnyOrderElementsOf(expected.keySet());
    expected.forEach((name, tensor) -> assertSame(name, actual.get(name), tensor));
  }

  static void assertSame(String name, StoredTensor actual, StoredTensor expected) {
    assertThat(actual.type()).as(name).isEqualTo(expected.type());
    assertThat(actual.shape()).as(name).isEqualTo(expected.shape());
    assertThat(bytes(actual)).as(name).isEqualTo(bytes(expected));
  }

  static byte[] bytes(StoredTensor tensor) {
    ByteBuffer data = tensor.data();
    byte[] bytes = new byte[data.remaining()];
    data.get(bytes);
    return bytes;
  }
}
