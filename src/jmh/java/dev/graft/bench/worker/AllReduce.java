package dev.graft.bench.worker;

import dev.graft.distributed.C10dRanks;
import dev.graft.distributed.RankEnvironment;
import dev.graft.model.Architecture;
import dev.graft.torch.DType;
import dev.graft.torch.Functional;
import dev.graft.torch.MemoryFormat;
import dev.graft.torch.Module;
import dev.graft.torch.Tensor;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * One of several ranks that only average the gradients of a ResNet-18, again and again; {@code
 * scripts/compare-ranks} starts them. Rank 0 prints how long once takes.
 */
public final class AllReduce {
  private static final int CLASSES = 2;
  private static final int WARM_UP = 20;
  private static final int TIMES = 100;

  private AllReduce() {}

  /**
   * Runs to its end; its place among the ranks is in the environment.
   *
   * @param args none
   */
  public static void main(String[] args) {
    RankEnvironment place = RankEnvironment.of(System.getenv()).orElseThrow();
    try (C10dRanks ranks = C10dRanks.join(place, Duration.ofMinutes(2), () -> false);
        Module network = Architecture.RESNET18.build(CLASSES, 1)) {
      network.to(MemoryFormat.CHANNELS_LAST); // as training lays it out
      computeGradients(network);
      List<Tensor> parameters = List.copyOf(network.namedParameters().values());
      double[] millis = new double[TIMES];
      for (int i = -WARM_UP; i < TIMES; i++) {
        long began = System.nanoTime();
        ranks.averageGradients(parameters);
        if (i >= 0) {
          millis[i] = (System.nanoTime() - began) / 1e6;
        }
      }
      if (ranks.isFirst()) {
        print(parameters, millis);
      }
    }
  }

  private static void computeGradients(Module network) {
    try (Tensor images = Tensor.zeros(DType.FLOAT32, 2, 3, 64, 64);
        Tensor labels = Tensor.copyOf(new long[] {0, 1}, 2);
        Tensor logits = network.forward(images);
        Tensor loss = Functional.crossEntropy(logits, labels)) {
      loss.backward();
    }
  }

  private static void print(List<Tensor> parameters, double[] millis) {
    long numbers = parameters.stream().mapToLong(Tensor::numel).sum();
    Arrays.sort(millis);
    System.out.printf(
        Locale.ROOT,
        "to average %.1f MB of gradients takes %.1f ms (median of %d; 80 %% are within %.1f to %.1f)%n",
        numbers * 4 / 1e6,
        millis[TIMES / 2],
        TIMES,
        millis[TIMES / 10],
        millis[TIMES * 9 / 10]);
  }
}
