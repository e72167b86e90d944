package dev.graft.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.SmallResNet;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What RanksNativeTest shows of several processes holds for the parts in one. */
class ProcessGroupNativeTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final int ANY_PORT = 0;

  @ParameterizedTest
  @EnumSource
  void aMeanOfGradientsLeavesThemInTheirPlaces(MemoryFormat layout) {
    try (Module network = SmallResNet.build(3, 1);
        var flat = new FlatGradients(Device.CPU)) {
      network.to(layout);
      Map<String, Tensor> named = network.namedParameters();
      named.values().forEach(parameter -> parameter.requiresGrad(true));
      computeGradients(network);
      named.get("conv1.weight").requiresGrad(false); // takes no part, though it has a gradient
      try (Tensor unused = Tensor.zeros(DType.FLOAT32, 5)) {
        unused.requiresGrad(true); // takes part, though it has none
        List<Tensor> parameters = new ArrayList<>(named.values());
        parameters.add(unused);
        List<double[]> before = gradients(named);
        Tensor packed = flat.pack(parameters, 1, 0, 3);
        long first = named.get("conv1.weight").numel();
        long all = named.values().stream().mapToLong(Tensor::numel).sum();
        assertThat(packed.numel()).isEqualTo(all - first + 5 + 3);
        assertThat(flat.unpack(parameters, 2, 3)).containsExactly(1, 0, 3);
        List<double[]> after = gradients(named);
        assertThat(unused.grad()).isNull();
        assertThat(after.get(0)).containsExactly(before.get(0));
        for (int i = 1; i < before.size(); i++) {
          double[] halves = before.get(i).clone();
          for (int k = 0; k < halves.length; k++) {
            halves[k] /= 2;
          }
          assertThat(after.get(i)).containsExactly(halves);
        }
      }
    }
  }

  private static void computeGradients(Module network) {
    try (Tensor images = Tensor.uniform(new SplittableRandom(1), 1, 2, 3, 32, 32);
        Tensor labels = Tensor.copyOf(new long[] {0, 1}, 2);
        Tensor logits = network.forward(images);
        Tensor loss = Functional.crossEntropy(logits, labels)) {
      loss.backward();
    }
  }

  private static List<double[]> gradients(Map<String, Tensor> parameters) {
    List<double[]> all = new ArrayList<>();
    for (Tensor parameter : parameters.values()) {
      try (Tensor gradient = parameter.grad()) {
        all.add(gradient == null ? new double[0] : gradient.toDoubleArray());
      }
    }
    return all;
  }

  @Test
  void oneProcessIsAGroupToo() {
    try (TcpStore store = TcpStore.connect("127.0.0.1", ANY_PORT, true, TIMEOUT)) {
      store.set("key", "Wert äöü");
      assertThat(store.get("key")).isEqualTo("Wert äöü");
      assertThat(store.has("another")).isFalse();
      InetAddress here = InetAddress.getLoopbackAddress();
      var group = ProcessGroup.join(store, "one", 0, 1, here, null, TIMEOUT);
      try (Tensor numbers = Tensor.copyOf(new float[] {1, 2}, 2)) {
        group.sum(numbers);
        group.broadcast(numbers);
        assertThat(numbers.toDoubleArray()).containsExactly(1, 2);
        group.close();
        group.close();
        assertThatThrownBy(() -> group.sum(numbers))
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("closed");
      }
    }
  }

  @Test
  void ncclIsOnlyInBuildsForCuda() {
    Assumptions.assumeTrue(Device.cudaDevices() == 0, "Skipped: this build may have NCCL.");
    assertThat(ProcessGroup.hasNccl()).isFalse();
  }
}
