package dev.graft.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Expected values follow from the operations' definitions. */
class TensorOperationsNativeTest {
  @ParameterizedTest
  @EnumSource(DType.class)
  void bytesOfEveryTypeGoToATensorAndBack(DType dtype) {
    byte[] bytes = new byte[6 * dtype.itemSize()];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (dtype == DType.BOOL ? i % 2 : 37 * i + 1);
    }
    ByteBuffer padded = ByteBuffer.allocateDirect(bytes.length + 3).position(3);
    padded.put(bytes).position(3);
    try (Tensor tensor = Tensor.copyOf(padded, dtype, 2, 3)) {
      assertThat(tensor.dtype()).isEqualTo(dtype);
      assertThat(tensor.shape()).containsExactly(2, 3);
      assertThat(tensor.toByteBuffer().array()).isEqualTo(bytes);
      assertThat(padded.position()).isEqualTo(3);
    }
    assertThatThrownBy(() -> Tensor.copyOf(ByteBuffer.wrap(bytes), dtype, 7))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(dtype + "[7]");
  }

  @Test
  void bytesAreLittleEndianAndRowMajor() {
    try (Tensor columns = Tensor.copyOf(new long[] {1, 2, 3, 4}, 2, 2);
        Tensor second = columns.narrow(1, 1, 1)) {
      ByteBuffer bytes = second.toByteBuffer();
      assertThat(bytes.order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
      assertThat(bytes.asLongBuffer()).isEqualTo(LongBuffer.wrap(new long[] {2, 4}));
    }
    try (Tensor bfloat =
        Tensor.copyOf(ByteBuffer.wrap(new byte[] {(byte) 0x80, 0x3f}), DType.BFLOAT16)) {
      assertThat(bfloat.item()).isEqualTo(1); // bfloat16's 1 is 0x3f80
    }
  }

  @Test
  void narrowIsAView() {
    try (Tensor tensor = Tensor.copyOf(new float[] {1, 2, 3, 4}, 2, 2);
        Tensor row = tensor.narrow(0, 1, 1)) {
      row.fill(7);
      assertThat(tensor.toFloatArray()).containsExactly(1, 2, 7, 7);
      assertThatThrownBy(() -> tensor.narrow(0, 1, 2)).isInstanceOf(TorchException.class);
    }
  }

  @Test
  void rollMovesTheLastRowFirst() {
    try (Tensor tensor = Tensor.copyOf(new float[] {1, 2, 3, 4, 5, 6}, 3, 2);
        Tensor rolled = tensor.roll(1, 0)) {
      assertThat(rolled.toFloatArray()).containsExactly(5, 6, 1, 2, 3, 4);
    }
  }

  @Test
  void oneHotHasOneOneInARow() {
    try (Tensor labels = Tensor.copyOf(new long[] {2, 0}, 2);
        Tensor rows = labels.oneHot(3)) {
      assertThat(rows.dtype()).isEqualTo(DType.FLOAT32);
      assertThat(rows.shape()).containsExactly(2, 3);
      assertThat(rows.toFloatArray()).containsExactly(0, 0, 1, 1, 0, 0);
      assertThatThrownBy(() -> labels.oneHot(2)).isInstanceOf(TorchException.class);
    }
  }

  @Test
  void lerpGoesPartOfTheWay() {
    try (Tensor from = Tensor.copyOf(new float[] {0, 4}, 2);
        Tensor to = Tensor.copyOf(new float[] {8, 0}, 2);
        Tensor quarter = from.lerp(to, 0.25)) {
      assertThat(quarter.toFloatArray()).containsExactly(2, 3);
      assertThat(from.toFloatArray()).containsExactly(0, 4);
      from.requiresGrad(true); // in place on a leaf only works outside of autograd
      from.lerpFrom(to, 0.25);
      assertThat(from.toFloatArray()).containsExactly(2, 3);
      assertThat(from.requiresGrad()).isTrue();
    }
  }

  @Test
  void mulAndDivReachTheGradient() {
    try (Tensor x = Tensor.copyOf(new float[] {3})) {
      x.requiresGrad(true);
      try (Tensor tripled = x.mul(3);
          Tensor quarter = tripled.div(4)) {
        assertThat(quarter.item()).isEqualTo(2.25);
        quarter.backward();
        try (Tensor grad = x.grad()) {
          assertThat(grad.item()).isEqualTo(0.75);
        }
      }
    }
  }

  @Test
  void topkIsSortedByValue() {
    try (Tensor logits = Tensor.copyOf(new float[] {1, 9, 5, 7, 8, 2, 6, 4}, 2, 4);
        Tensor top = logits.topk(2, 1)) {
      assertThat(top.dtype()).isEqualTo(DType.INT64);
      assertThat(top.toLongArray()).containsExactly(1, 3, 0, 2);
      assertThatThrownBy(() -> logits.topk(5, 1)).isInstanceOf(TorchException.class);
    }
  }
}
