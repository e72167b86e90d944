package dev.graft.serve;

import io.javalin.http.Context;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.concurrent.TimeUnit;

/** {@code /metrics}: what Prometheus reads of requests, models and the JVM. */
final class HttpMetrics implements AutoCloseable {
  private static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics gc = new JvmGcMetrics();

  HttpMetrics(Admission admission, Models models) {
    models.all().forEach(model -> model.meter(registry));
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    gc.bindTo(registry);
    Gauge.builder("graft.http.active", admission, Admission::requests)
        .description("Requests with a body that are in progress")
        .register(registry);
  }

  /** Counts a request; its path is the route's pattern, so that clients cannot make up new ones. */
  void count(Context context, float millis) {
    var endpoint = context.endpoints().lastHttpEndpoint();
    Timer.builder("graft.http.requests")
        .description("Requests, by route and status")
        .tag("method", endpoint == null ? "OTHER" : endpoint.method.name())
        .tag("route", endpoint == null ? "none" : endpoint.path)
        .tag("status", Integer.toString(context.statusCode()))
        .register(registry)
        .record((long) (millis * 1e6), TimeUnit.NANOSECONDS);
  }

  void send(Context context) {
    context.contentType(TYPE).result(registry.scrape(TYPE));
  }

  @Override
  public void close() {
    gc.close();
    registry.close();
  }
}
