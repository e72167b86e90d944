package dev.graft.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Exchanger;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class VoteTest {
  private final Exchanger<double[]> between = new Exchanger<>();

  /** One of two ranks that are threads and can do nothing but sum. */
  private Ranks rank(int rank) {
    InvocationHandler answers =
        (proxy, method, arguments) ->
            switch (method.getName()) {
              case "rank" -> rank;
              case "size" -> 2;
              case "isFirst" -> rank == 0;
              case "sum" -> sum((double[]) arguments[0]);
              default -> throw new AssertionError(method);
            };
    Class<?> seam = Ranks.class;
    return (Ranks) Proxy.newProxyInstance(seam.getClassLoader(), new Class<?>[] {seam}, answers);
  }

  private double[] sum(double[] mine) throws Exception {
    double[] sums = between.exchange(mine.clone(), 10, TimeUnit.SECONDS).clone();
    for (int i = 0; i < sums.length; i++) {
      sums[i] += mine[i];
    }
    return sums;
  }

  @Test
  void aRunThatDivergedSaysWhyOnAllRanks_alsoWhereOneWasAskedToStop() {
    var asked = new Vote(rank(0), () -> true, () -> false);
    var diverged = new Vote(rank(1), () -> false, () -> false);
    asked.end(RunStopped.asked());
    diverged.end(RunStopped.diverged("The loss is NaN."));
    var other = CompletableFuture.supplyAsync(() -> catchThrowable(diverged::cast));
    for (Throwable ended : List.of(catchThrowable(asked::cast), other.join())) {
      assertThat(ended).isInstanceOf(RunStopped.class).hasMessage("The loss is NaN.");
      assertThat(((RunStopped) ended).outcome).isEqualTo(TrainingResult.Outcome.DIVERGED);
    }
  }
}
