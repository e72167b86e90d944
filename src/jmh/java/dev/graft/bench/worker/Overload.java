package dev.graft.bench.worker;

import dev.graft.bench.http.Answer;
import dev.graft.bench.http.HttpLoad;
import dev.graft.bench.http.Percentiles;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * More requests than a service can answer, by the clock: first it is asked one by one, then by as
 * many as saturate it, then a multiple of that arrives, and at last it is asked one by one again.
 */
final class Overload implements Workload {
  private static final int OK = 200;
  private static final int REFUSED = 503;
  private static final int ALONE = 10;
  private static final int SATURATING = 64;
  private static final int MOST_CONNECTIONS = 700; // more than may wait or be computed
  private static final double NORMAL = 2; // times the usual
  private static final double PATIENCE = 30;

  private final List<ByteBuffer> requests;
  private final HttpLoad load;
  private final int total;
  private final double factor;
  private final double seconds;
  private Map<String, Double> metrics = Map.of();

  Overload(Spec spec) {
    requests = ServiceRequests.of(spec);
    load = new HttpLoad(spec.service());
    total = spec.number("images");
    factor = spec.number("factor");
    seconds = spec.number("seconds");
  }

  @Override
  public void once() {
    double usual = median(ALONE);
    double capacity = capacity();
    var use = new ProcessorUse();
    List<Answer> answers = load.openLoop(requests, factor * capacity, seconds, MOST_CONNECTIONS);
    double share = use.share();
    Map<String, Double> values = new LinkedHashMap<>();
    double goodput = goodput(answers);
    values.put(SECONDS_PER_IMAGE, 1 / goodput);
    values.put("capacity_per_s", capacity);
    values.put("goodput_share", goodput / capacity);
    count(answers, values);
    values.put(ProcessorUse.METRIC, share);
    values.put("recovered_s", recovered(usual, use));
    metrics = values;
  }

  private double median(int count) {
    List<Answer> answers = load.closedLoop(requests.subList(0, 1), count, 1);
    ServiceAnswers.requireAll(answers);
    return Percentiles.of(millis(answers, answer -> true)).at(50);
  }

  private double capacity() {
    var use = new ProcessorUse();
    ServiceAnswers.requireAll(load.closedLoop(requests, total, SATURATING));
    return total / use.seconds();
  }

  /** Answers a second while requests arrived. */
  private double goodput(List<Answer> answers) {
    return answers.stream()
            .filter(answer -> answer.status() == OK && answer.finished() <= seconds)
            .count()
        / seconds;
  }

  private static void count(List<Answer> answers, Map<String, Double> values) {
    double[] refused = millis(answers, answer -> answer.status() == REFUSED);
    double[] answered = millis(answers, answer -> answer.status() == OK);
    double all = answers.size();
    values.put("refused_share", refused.length / all);
    values.put("other_share", (all - refused.length - answered.length) / all);
    values.put("refused_p50_ms", Percentiles.of(refused).at(50));
    values.put("refused_p99_ms", Percentiles.of(refused).at(99));
    values.put("answered_p50_ms", Percentiles.of(answered).at(50));
    values.put("answered_p99_ms", Percentiles.of(answered).at(99));
  }

  private static double[] millis(List<Answer> answers, Predicate<Answer> which) {
    return answers.stream().filter(which).mapToDouble(Answer::millis).toArray();
  }

  /** Seconds from the last arrival until what waited is answered, and a request as fast as ever. */
  private double recovered(double usual, ProcessorUse since) {
    while (median(1) > NORMAL * usual) {
      if (since.seconds() > seconds + PATIENCE) {
        throw new IllegalStateException("The service does not recover.");
      }
    }
    return since.seconds() - seconds;
  }

  @Override
  public Map<String, Double> metrics() {
    return metrics;
  }

  @Override
  public float[] answer() {
    throw new UnsupportedOperationException("There is nobody to compare with.");
  }

  @Override
  public void close() {
    load.close();
  }
}
