package dev.graft.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.model.ResNet;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PrecisionNativeTest {
  private static Module network() {
    return ResNet.resnet18(10, 3);
  }

  private static Tensor images() {
    return Tensor.uniform(new SplittableRandom(7), 2, 2, 3, 64, 64);
  }

  @Test
  void bf16IsFastestOnlyWithItsInstructions() {
    assertThat(Precision.hasBf16(List.of("fpu", "avx512_bf16"))).isTrue();
    assertThat(Precision.hasBf16(List.of("amx_bf16", "fpu"))).isTrue();
    assertThat(Precision.hasBf16(List.of("avx2", "avx512f", "avx512_vnni"))).isFalse();
    assertThat(Precision.fastest(Device.CPU)).isIn(Precision.FP32, Precision.BF16);
  }

  @Test
  void autocastComputesInBf16AndEndsWithItsBlock() {
    try (Module module = network();
        Tensor x = images()) {
      module.eval();
      assertThat(type(module, x)).isEqualTo(DType.FLOAT32);
      try (Autocast block = Autocast.open(Device.CPU, Precision.BF16)) {
        assertThat(type(module, x)).isEqualTo(DType.BFLOAT16);
        try (Autocast inner = Autocast.open(Device.CPU, Precision.BF16)) {
          assertThat(type(module, x)).isEqualTo(DType.BFLOAT16);
        }
        assertThat(type(module, x)).isEqualTo(DType.BFLOAT16);
      }
      try (Autocast block = Autocast.open(Device.CPU, Precision.FP32)) {
        assertThat(type(module, x)).isEqualTo(DType.FLOAT32);
      }
      assertThat(module.parameter("fc.weight").dtype()).isEqualTo(DType.FLOAT32);
    }
  }

  private static DType type(Module module, Tensor x) {
    try (Tensor y = module.forward(x)) {
      return y.dtype();
    }
  }

  @Test
  void autocastSeesWeightsThatAStepHasChanged() {
    try (Module module = network();
        Tensor x = images();
        Tensor zeros = Tensor.zeros(DType.FLOAT32, 10, 512);
        Tensor zeroBias = Tensor.zeros(DType.FLOAT32, 10)) {
      module.train();
      for (boolean zeroed : new boolean[] {false, true}) {
        if (zeroed) {
          module.parameter("fc.weight").copyFrom(zeros);
          module.parameter("fc.bias").copyFrom(zeroBias);
        }
        try (Autocast block = Autocast.open(Device.CPU, Precision.BF16);
            Tensor y = module.forward(x)) {
          assertThat(y.toFloatArray()[0] == 0).isEqualTo(zeroed);
        }
      }
    }
  }

  @Test
  void autocastBelongsToItsThread() throws InterruptedException {
    try (Autocast block = Autocast.open(Device.CPU, Precision.BF16)) {
      Thread other =
          new Thread(
              () -> assertThatThrownBy(block::close).isInstanceOf(IllegalStateException.class));
      Throwable[] failure = {null};
      other.setUncaughtExceptionHandler((thread, e) -> failure[0] = e);
      other.start();
      other.join();
      assertThat(failure[0]).isNull();
    }
  }

  @Test
  void channelsLastChangesTheOrderInMemoryAndNotTheValues() {
    try (Tensor x = images();
        Tensor last = x.to(MemoryFormat.CHANNELS_LAST);
        Tensor back = last.to(MemoryFormat.CONTIGUOUS)) {
      assertThat(last.shape()).isEqualTo(x.shape());
      assertThat(last.isContiguous(MemoryFormat.CHANNELS_LAST)).isTrue();
      assertThat(last.isContiguous(MemoryFormat.CONTIGUOUS)).isFalse();
      assertThat(last.contentEquals(x)).isTrue();
      assertThat(back.isContiguous(MemoryFormat.CONTIGUOUS)).isTrue();
    }
  }

  @Test
  void bufferWithTheChannelsLastIsReadAsSuch() {
    var buffer =
        java.nio.ByteBuffer.allocateDirect(2 * 3 * 2 * Float.BYTES)
            .order(java.nio.ByteOrder.nativeOrder())
            .asFloatBuffer();
    for (int i = 0; i < buffer.capacity(); i++) {
      buffer.put(i, i);
    }
    try (Tensor image = Tensor.ofBuffer(buffer, MemoryFormat.CHANNELS_LAST, 1, 3, 2, 2)) {
      assertThat(image.toFloatArray()).containsExactly(0, 3, 6, 9, 1, 4, 7, 10, 2, 5, 8, 11);
      assertThat(image.isContiguous(MemoryFormat.CHANNELS_LAST)).isTrue();
    }
    assertThatThrownBy(() -> Tensor.ofBuffer(buffer, MemoryFormat.CHANNELS_LAST, 12))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void moduleWithTheChannelsLastComputesTheSame() {
    try (Module module = network();
        Module last = module.copy();
        Tensor x = images()) {
      module.eval();
      last.eval();
      last.to(MemoryFormat.CHANNELS_LAST);
      Tensor weight = last.parameter("layer1.0.conv1.weight");
      assertThat(weight.isContiguous(MemoryFormat.CHANNELS_LAST)).isTrue();
      assertThat(weight.requiresGrad()).isTrue();
      try (Tensor expected = module.forward(x);
          Tensor y = last.forward(x)) {
        assertClose(y, expected, 1e-5f);
      }
    }
  }

  private static void assertClose(Tensor actual, Tensor expected, float tolerance) {
    float[] a = actual.toFloatArray();
    float[] e = expected.toFloatArray();
    float scale = 1;
    for (float value : e) {
      scale = Math.max(scale, Math.abs(value));
    }
    for (int i = 0; i < e.length; i++) {
      assertThat(a[i]).isCloseTo(e[i], org.assertj.core.data.Offset.offset(tolerance * scale));
    }
  }
}
