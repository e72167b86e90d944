package dev.graft.predict;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.concurrent.TimeUnit;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class PredictorMetricsTest {
  private static final Timing TIMING = new Timing(1_000_000, 2_000_000, 8_000_000, 4);

  private final MeterRegistry registry = new SimpleMeterRegistry();
  private final PredictorMetrics metrics = new PredictorMetrics(registry, "insects");

  private double count(String name, String... tags) {
    return registry.get("graft.predictor." + name).tags(tags).counter().count();
  }

  private double millis(String name) {
    return registry.get("graft.predictor." + name).timer().totalTime(TimeUnit.MILLISECONDS);
  }

  @Test
  void everyMeterIsThereFromTheBeginningWithTheModelsName() {
    assertThat(registry.getMeters())
        .hasSize(11)
        .allSatisfy(meter -> assertThat(meter.getId().getName()).startsWith("graft.predictor."))
        .allSatisfy(meter -> assertThat(meter.getId().getTag("model")).isEqualTo("insects"))
        .allSatisfy(meter -> assertThat(meter.getId().getDescription()).isNotBlank());
    assertThat(registry.get("graft.predictor.queued").gauge().value()).isZero();
  }

  @Test
  void anAnswerSaysWhereItsTimeWent() {
    metrics.answered(TIMING);
    metrics.answered(TIMING);
    assertThat(millis("queue.wait")).isEqualTo(2);
    assertThat(millis("decode")).isEqualTo(4);
    assertThat(millis("forward")).isEqualTo(16);
    var batch = registry.get("graft.predictor.batch").summary();
    assertThat(batch.count()).isEqualTo(2);
    assertThat(batch.mean()).isEqualTo(4);
  }

  @Test
  void failuresAreCountedByKind() {
    metrics.failed(new IllegalArgumentException("A preprocessed image has 3 values."));
    metrics.failed(new OutOfMemoryError("native"));
    metrics.failed(new IllegalStateException("anything"));
    assertThat(count("failed", "kind", "input")).isEqualTo(1);
    assertThat(count("failed", "kind", "other")).isEqualTo(2);
    assertThat(count("failed", "kind", "image")).isZero();
  }

  @Test
  void whatDoesNotReachAWorkerIsCountedApart() {
    metrics.rejected();
    metrics.expired();
    metrics.expired();
    metrics.reloaded("0123456789ab");
    assertThat(count("rejected")).isEqualTo(1);
    assertThat(count("expired")).isEqualTo(2);
    assertThat(count("reloads")).isEqualTo(1);
  }

  @Test
  void modelsOfOneRegistryAreCountedApart() {
    var birds = new PredictorMetrics(registry, "birds");
    birds.rejected();
    assertThat(count("rejected", "model", "birds")).isEqualTo(1);
    assertThat(count("rejected", "model", "insects")).isZero();
  }

  @Test
  void histogramsAreTheUsersChoice() {
    metrics.answered(TIMING);
    assertThat(registry.get("graft.predictor.forward").timer().takeSnapshot().histogramCounts())
        .isEmpty();
    var chosen = new SimpleMeterRegistry();
    chosen.config().meterFilter(objectives(5e6, 10e6));
    new PredictorMetrics(chosen, "insects").answered(TIMING);
    var buckets = chosen.get("graft.predictor.forward").timer().takeSnapshot().histogramCounts();
    assertThat(buckets).extracting(bucket -> bucket.count()).containsExactly(0.0, 1.0);
  }

  private static MeterFilter objectives(double... nanos) {
    return new MeterFilter() {
      @Override
      public DistributionStatisticConfig configure(Meter.Id id, DistributionStatisticConfig base) {
        return DistributionStatisticConfig.builder()
            .serviceLevelObjectives(DoubleStream.of(nanos).toArray())
            .build()
            .merge(base);
      }
    };
  }

  @Test
  void prometheusSeesItsOwnNames() {
    var prometheus = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    var insects = new PredictorMetrics(prometheus, "insects");
    insects.answered(TIMING);
    insects.rejected();
    assertThat(prometheus.scrape())
        .contains("graft_predictor_queue_wait_seconds_sum{model=\"insects\"} 0.001")
        .contains("graft_predictor_forward_seconds_count{model=\"insects\"} 1")
        .contains("graft_predictor_batch_images_sum{model=\"insects\"} 4.0")
        .contains("graft_predictor_rejected_calls_total{model=\"insects\"} 1.0")
        .contains("graft_predictor_failed_calls_total{kind=\"image\",model=\"insects\"} 0.0")
        .contains("graft_predictor_queued_calls{model=\"insects\"} 0.0");
  }
}
