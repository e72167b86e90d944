package dev.graft.bench;

import dev.graft.bench.Agreement.Logits;
import java.util.ArrayList;
import java.util.List;

/** Rows about graft's HTTP service, which answers the connections of another process. */
final class ServiceRows {
  private static final int BATCH = 8;
  private static final int WARMUPS = 6;

  /** A server's code is compiled for good after some 2,000 requests; until then that shows. */
  private static final int LONG_WARMUPS = 12;

  private final Settings settings;

  ServiceRows(Settings settings) {
    this.settings = settings;
  }

  List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    rows.add(tensors("djl", "DJL's Predictor", djl(), new Target.Speedup(2.8)));
    rows.add(tensors("bare", "the network in a loop", loop("predict"), new Target.Speedup(0.9)));
    rows.add(jpegs(8));
    rows.add(jpegs(64));
    rows.add(latency(1, 300));
    rows.add(latency(8, 512));
    rows.add(latency(64, 768));
    rows.add(overload());
    return rows;
  }

  /** So many images a turn, or few in a smoke test. */
  private int images(int many) {
    return settings.quick() ? Math.min(many, 32) : many;
  }

  private Row tensors(String name, String peer, Side.Opening side, Target target) {
    return new Row(
        "serve-tensors-" + name,
        "tensors of images over HTTP to logits, at saturation, beside " + peer,
        FastestSide.of(
            List.of(
                ServiceSide.of("graft's service, batches of 1, 32 clients", BATCH, tensors(1, 32)),
                ServiceSide.of("graft's service, batches of 8, 6 clients", BATCH, tensors(8, 6)))),
        side,
        Logits.bf16(),
        target,
        Plan.rate(WARMUPS, 20, 1));
  }

  private Job tensors(int batch, int connections) {
    return closedLoop("tensors", connections, 512).with("batch", batch);
  }

  private Job closedLoop(String body, int connections, int images) {
    return Job.of("closed-loop")
        .with("body", body)
        .with("batch", 1)
        .with("images", images(images))
        .with("connections", connections);
  }

  /** DJL at its best, as in the rows of inference without a service, and at either batch size. */
  private Side.Opening djl() {
    List<Side.Opening> ways = new ArrayList<>();
    Launch oneThread = Launch.djl().options("-Dai.djl.pytorch.num_threads=1");
    for (int batch : new int[] {8, 1}) {
      String each = ", batch " + batch;
      Job one = job("predict", batch, 1);
      ways.add(side("DJL's Predictor" + each, Launch.djl(), one));
      ways.add(side("DJL's Predictor, passive" + each, Launch.djl().passive(), one));
      ways.add(
          side(
              "DJL's Predictor, two one-thread callers" + each,
              oneThread,
              job("predict", batch, 2)));
    }
    return FastestSide.of(ways);
  }

  /** What graft computes without HTTP and without a queue, at its best batch size. */
  private Side.Opening loop(String workload) {
    Launch oneThread = Launch.graft().options("-Dgraft.threads=1");
    String label = "graft in a loop, two one-thread callers, batch ";
    return FastestSide.of(
        List.of(
            side(label + 8, oneThread, job(workload, 8, 2)),
            side(label + 1, oneThread, job(workload, 1, 2))));
  }

  private Side.Opening side(String label, Launch launch, Job job) {
    return WorkerSide.perItem(label, launch, job, images(256));
  }

  private Job job(String workload, int batch, int callers) {
    return Job.of(workload)
        .with("batch", batch)
        .with("batches", images(256) / batch)
        .with("images", images(256))
        .with("callers", callers)
        .with("files", session -> ImageSets.list(session).toString());
  }

  private Row jpegs(int connections) {
    Job load =
        closedLoop("images", connections, 512)
            .with("files", session -> ImageSets.list(session).toString());
    return new Row(
        "serve-jpegs-" + connections,
        "JPEGs over HTTP to classes, " + connections + " clients, beside decoding and computing",
        ServiceSide.of("graft's service, " + connections + " clients", BATCH, load),
        loop("images"),
        Logits.bf16(),
        new Target.Speedup(0.9),
        Plan.rate(WARMUPS, 20, 1));
  }

  /** One image again and again, so that what differs is the service's time. */
  private Row latency(int connections, int images) {
    Job load =
        closedLoop("images", connections, images)
            .with("files", session -> ImageSets.listOfFirst(session).toString());
    Target noSlower = new Target.ReachedCost(1.05);
    return new Row(
        "serve-latency-" + connections,
        "one JPEG over HTTP to classes, "
            + connections
            + " at a time, in batches of up to 8 beside one by one",
        ServiceSide.of("graft's service, batches of up to 8", BATCH, load),
        ServiceSide.of("graft's service, one by one", 1, load),
        Logits.bf16(),
        connections == 1
            ? Target.All.of(noSlower, Target.Metric.atMost("p99_to_p50", 1.3))
            : noSlower,
        Plan.rate(connections == 1 ? LONG_WARMUPS : WARMUPS, 20, 1));
  }

  private Row overload() {
    Job load =
        Job.of("overload")
            .with("body", "images")
            .with("files", session -> ImageSets.list(session).toString())
            .with("images", images(384))
            .with("factor", 4)
            .with("seconds", settings.quick() ? 1 : 6);
    return new Row(
        "serve-overload",
        "JPEGs over HTTP, four times as many as can be answered; images answered with 200",
        ServiceSide.of("graft's service, 4x its capacity", BATCH, load),
        null,
        new Agreement.Same(),
        Target.All.of(
            Target.Metric.atLeast("goodput_share", 0.9),
            Target.Metric.atMost("other_share", 0),
            Target.Metric.atMost("recovered_s", 5)),
        Plan.rate(2, 10, 1));
  }
}
