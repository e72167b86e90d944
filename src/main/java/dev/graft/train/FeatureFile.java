package dev.graft.train;

import dev.graft.weights.SafetensorsFile;
import dev.graft.weights.StateDictFile;
import dev.graft.weights.StoredStateDict;
import dev.graft.weights.StoredTensor;
import dev.graft.weights.StoredType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Features as a safetensors file: {@code keys}, uint8 [N, 32], and {@code features}, float32 [N,
 * F]. The header names the backbone that they are of and holds a checksum of everything.
 */
final class FeatureFile {
  private static final String BACKBONE = "graft.backbone";
  private static final String CHECKSUM = "graft.crc32c";
  private static final String KEYS = "keys";
  private static final String FEATURES = "features";
  private static final int KEY_BYTES = 32;

  private FeatureFile() {}

  /** Why a file cannot be used. */
  static final class Unusable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Unusable(String reason) {
      super(reason);
    }
  }

  /**
   * Writes rows of the same width.
   *
   * @param backbone what they are of
   * @throws java.io.UncheckedIOException if that fails
   */
  static void write(Path file, String backbone, Map<String, float[]> rows) {
    var sorted = new TreeMap<>(rows);
    int width = sorted.firstEntry().getValue().length;
    ByteBuffer keys = ByteBuffer.allocate(rows.size() * KEY_BYTES);
    ByteBuffer values = ByteBuffer.allocate(Math.multiplyExact(rows.size() * Float.BYTES, width));
    FloatBuffer floats = values.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    sorted.forEach(
        (key, features) -> {
          keys.put(HexFormat.of().parseHex(key));
          floats.put(features);
        });
    StoredTensor keyTensor = tensor(StoredType.UINT8, rows.size(), KEY_BYTES, keys.flip());
    StoredTensor featureTensor = tensor(StoredType.FLOAT32, rows.size(), width, values);
    SafetensorsFile.write(
        file,
        Map.of(KEYS, keyTensor, FEATURES, featureTensor),
        Map.of(
            BACKBONE,
            backbone,
            CHECKSUM,
            checksum(backbone, keyTensor.data(), featureTensor.data())));
  }

  private static StoredTensor tensor(StoredType type, int rows, int width, ByteBuffer bytes) {
    return StoredTensor.of(type, List.of((long) rows, (long) width), bytes);
  }

  /**
   * Reads those rows that are wanted.
   *
   * @throws Unusable if the file is damaged or of another backbone
   * @throws dev.graft.weights.WeightsException if it is no safetensors file, or cannot be read
   */
  static Map<String, float[]> read(Path file, String backbone, Set<String> wanted) {
    try (StoredStateDict stored = StateDictFile.read(file)) {
      if (!backbone.equals(stored.metadata().get(BACKBONE))) {
        throw new Unusable("it is of another backbone");
      }
      StoredTensor keyTensor = require(stored.tensors().get(KEYS), StoredType.UINT8);
      StoredTensor featureTensor = require(stored.tensors().get(FEATURES), StoredType.FLOAT32);
      if (keyTensor.shape().get(1) != KEY_BYTES
          || !keyTensor.shape().get(0).equals(featureTensor.shape().get(0))) {
        throw new Unusable("its tensors have other shapes");
      }
      ByteBuffer keys = keyTensor.data();
      ByteBuffer features = featureTensor.data();
      if (!checksum(backbone, keys.duplicate(), features.duplicate())
          .equals(stored.metadata().get(CHECKSUM))) {
        throw new Unusable("its checksum is wrong");
      }
      int width = Math.toIntExact(featureTensor.shape().get(1));
      return pick(keys, features.order(ByteOrder.LITTLE_ENDIAN), width, wanted);
    }
  }

  private static StoredTensor require(@Nullable StoredTensor tensor, StoredType type) {
    if (tensor == null || tensor.type() != type || tensor.shape().size() != 2) {
      throw new Unusable("it holds no features");
    }
    return tensor;
  }

  private static Map<String, float[]> pick(
      ByteBuffer keys, ByteBuffer features, int width, Set<String> wanted) {
    Map<String, float[]> rows = new HashMap<>();
    byte[] key = new byte[KEY_BYTES];
    for (int row = 0; keys.hasRemaining(); row++) {
      keys.get(key);
      String name = HexFormat.of().formatHex(key);
      if (wanted.contains(name)) {
        float[] values = new float[width];
        features.asFloatBuffer().get(row * width, values);
        rows.put(name, values);
      }
    }
    return rows;
  }

  private static String checksum(String backbone, ByteBuffer keys, ByteBuffer features) {
    var crc = new CRC32C();
    crc.update(backbone.getBytes(StandardCharsets.UTF_8));
    crc.update(keys);
    crc.update(features);
    return Long.toHexString(crc.getValue());
  }
}
