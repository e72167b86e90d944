package dev.graft.predict;

import dev.graft.image.ImageException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Tells Micrometer what a {@link Predictor} does. The only class here that needs Micrometer ({@code
 * io.micrometer:micrometer-core}), which graft does not bring along.
 *
 * <pre>{@code
 * var metrics = new PredictorMetrics(registry, "insects");
 * Predictor predictor = Predictor.load(model, PredictorConfig.defaults(), metrics);
 * }</pre>
 *
 * <p>The meters, all with the tag {@code model}:
 *
 * <table>
 *   <caption>Meters</caption>
 *   <tr><td>{@code graft.predictor.queue.wait}</td><td>timer: until a worker took a call</td></tr>
 *   <tr><td>{@code graft.predictor.decode}</td><td>timer: decoding and transforming its image
 *   </td></tr>
 *   <tr><td>{@code graft.predictor.forward}</td><td>timer: computing the batch that it was in
 *   </td></tr>
 *   <tr><td>{@code graft.predictor.batch}</td><td>summary: how many images that batch had</td></tr>
 *   <tr><td>{@code graft.predictor.failed}</td><td>counter: calls that ended with an error; the tag
 *   {@code kind} is {@code image} (it cannot be decoded), {@code input} (a preprocessed image has
 *   the wrong size) or {@code other}</td></tr>
 *   <tr><td>{@code graft.predictor.rejected}</td><td>counter: refused, as too many waited</td></tr>
 *   <tr><td>{@code graft.predictor.expired}</td><td>counter: calls whose deadline passed, or whose
 *   caller gave up</td></tr>
 *   <tr><td>{@code graft.predictor.reloads}</td><td>counter: models put in place of another</td></tr>
 *   <tr><td>{@code graft.predictor.queued}</td><td>gauge: calls that wait for a worker</td></tr>
 * </table>
 *
 * <p>The timers and the summary get one value for each answered image, so a batch of eight counts
 * eight times. Histograms, percentiles and objectives are yours to choose, with a {@link
 * io.micrometer.core.instrument.config.MeterFilter} of the registry.
 */
public final class PredictorMetrics implements PredictorListener {
  private static final String PREFIX = "graft.predictor.";
  private static final String CALLS = "calls";

  private enum Failure {
    IMAGE,
    INPUT,
    OTHER;

    static Failure of(Throwable cause) {
      if (cause instanceof ImageException) {
        return IMAGE;
      }
      return cause instanceof IllegalArgumentException ? INPUT : OTHER;
    }
  }

  private final Timer queueWait;
  private final Timer decode;
  private final Timer forward;
  private final DistributionSummary batch;
  private final Map<Failure, Counter> failed = new EnumMap<>(Failure.class);
  private final Counter rejected;
  private final Counter expired;
  private final Counter reloads;
  private volatile @Nullable Predictor predictor;

  /**
   * Registers the meters.
   *
   * @param registry where to
   * @param model the value of the tag {@code model}; predictors of one registry need different ones
   *     to be told apart
   */
  public PredictorMetrics(MeterRegistry registry, String model) {
    Tags tags = Tags.of("model", model);
    queueWait = timer(registry, tags, "queue.wait", "Until a worker took a call");
    decode = timer(registry, tags, "decode", "Decoding and transforming an image");
    forward = timer(registry, tags, "forward", "Computing the batch that an image was in");
    batch =
        DistributionSummary.builder(PREFIX + "batch")
            .description("How many images the batch of an image had")
            .baseUnit("images")
            .tags(tags)
            .register(registry);
    Arrays.stream(Failure.values())
        .forEach(kind -> failed.put(kind, failures(registry, tags, kind)));
    rejected =
        counter("rejected", "Calls refused, as too many waited").tags(tags).register(registry);
    expired =
        counter("expired", "Calls whose deadline passed, or whose caller gave up")
            .tags(tags)
            .register(registry);
    reloads =
        Counter.builder(PREFIX + "reloads")
            .description("Models put in place of another")
            .tags(tags)
            .register(registry);
    Gauge.builder(PREFIX + "queued", this, PredictorMetrics::queued)
        .description("Calls that wait for a worker")
        .baseUnit(CALLS)
        .tags(tags)
        .register(registry);
  }

  private static Timer timer(MeterRegistry registry, Tags tags, String name, String description) {
    return Timer.builder(PREFIX + name).description(description).tags(tags).register(registry);
  }

  private static Counter.Builder counter(String name, String description) {
    return Counter.builder(PREFIX + name).description(description).baseUnit(CALLS);
  }

  private static Counter failures(MeterRegistry registry, Tags tags, Failure kind) {
    return counter("failed", "Calls that ended with an error")
        .tags(tags.and("kind", kind.name().toLowerCase(Locale.ROOT)))
        .register(registry);
  }

  private double queued() {
    Predictor current = predictor;
    return current == null ? 0 : current.queued();
  }

  @Override
  public void started(Predictor started) {
    predictor = started;
  }

  @Override
  public void answered(Timing timing) {
    queueWait.record(timing.queueNanos(), TimeUnit.NANOSECONDS);
    decode.record(timing.decodeNanos(), TimeUnit.NANOSECONDS);
    forward.record(timing.forwardNanos(), TimeUnit.NANOSECONDS);
    batch.record(timing.batch());
  }

  @Override
  public void failed(Throwable cause) {
    Objects.requireNonNull(failed.get(Failure.of(cause))).increment();
  }

  @Override
  public void rejected() {
    rejected.increment();
  }

  @Override
  public void expired() {
    expired.increment();
  }

  @Override
  public void reloaded(String version) {
    reloads.increment();
  }
}
