package dev.graft.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.torch.DType;
import dev.graft.torch.Tensor;
import dev.graft.weights.StoredTensor;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ChunksNativeTest {
  @Test
  void aLongTensorIsTheSameAfterItWasCutAndJoined() {
    long length = 2 * Chunks.BYTES + 5;
    Map<String, StoredTensor> stored = new LinkedHashMap<>();
    try (Tensor bytes = Tensor.zeros(DType.UINT8, length)) {
      for (long at : new long[] {0, Chunks.BYTES - 1, Chunks.BYTES, length - 1}) {
        try (Tensor one = bytes.narrow(0, at, 1)) {
          one.fill((int) (1 + at % 250));
        }
      }
      Chunks.put(stored, "long", bytes);
      assertThat(stored.keySet()).containsExactly("long.0", "long.1", "long.2");
      try (Tensor joined = Chunks.join(stored, "long")) {
        assertThat(joined.contentEquals(bytes)).isTrue();
      }
    }
  }

  @Test
  void missingOrOtherTensorsAreNoChunks() {
    try (Tensor floats = Tensor.zeros(DType.FLOAT32, 3)) {
      Map<String, StoredTensor> stored = Map.of("long.0", StoredTensor.of(floats));
      assertThatThrownBy(() -> Chunks.join(stored, "long")).hasMessageContaining("another type");
      assertThatThrownBy(() -> Chunks.join(stored, "short")).hasMessageContaining("has no short");
    }
  }
}
