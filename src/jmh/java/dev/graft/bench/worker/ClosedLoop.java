package dev.graft.bench.worker;

import dev.graft.bench.http.Answer;
import dev.graft.bench.http.HttpLoad;
import dev.graft.bench.http.Percentiles;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A service's clients, each of which sends its next request when the last was answered. */
final class ClosedLoop implements Workload {
  private final List<ByteBuffer> requests;
  private final HttpLoad load;
  private final int total;
  private final int connections;
  private final int batch;
  private Map<String, Double> metrics = Map.of();

  ClosedLoop(Spec spec) {
    requests = ServiceRequests.of(spec);
    load = new HttpLoad(spec.service());
    batch = spec.number("batch");
    total = Math.max(1, spec.number("images") / batch);
    connections = spec.number("connections");
  }

  @Override
  public void once() {
    var use = new ProcessorUse();
    List<Answer> answers = load.closedLoop(requests, total, connections);
    double seconds = use.seconds();
    double share = use.share();
    ServiceAnswers.requireAll(answers);
    Percentiles times = Percentiles.of(answers.stream().mapToDouble(Answer::millis).toArray());
    Map<String, Double> values = new LinkedHashMap<>();
    values.put(SECONDS_PER_IMAGE, seconds / (total * batch));
    values.put("p50_ms", times.at(50));
    values.put("p99_ms", times.at(99));
    values.put("p99_to_p50", times.at(99) / times.at(50));
    values.put(ProcessorUse.METRIC, share);
    metrics = values;
  }

  @Override
  public Map<String, Double> metrics() {
    return metrics;
  }

  /** The logits of the first images. */
  @Override
  public float[] answer() {
    int shown = Math.min(requests.size(), Spec.SHOWN / batch);
    FloatBuffer logits = FloatBuffer.allocate(shown * batch * Spec.CLASSES.size());
    List<Answer> answers = load.closedLoop(requests, shown, 1);
    ServiceAnswers.requireAll(answers);
    answers.forEach(answer -> logits.put(ServiceAnswers.logits(answer)));
    return logits.array();
  }

  @Override
  public void close() {
    load.close();
  }
}
