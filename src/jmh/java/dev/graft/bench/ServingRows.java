package dev.graft.bench;

import dev.graft.bench.Agreement.Logits;
import java.util.List;

/** Rows about answers for images. */
final class ServingRows {
  List<Row> rows() {
    return List.of(
        predict(1, "one caller", Launch.graft(), job(1, 1, 1), 40, 2.0),
        predict(
            8,
            "two callers of one thread",
            Launch.graft().options("-Dgraft.threads=1"),
            job(8, 2, 2),
            4,
            2.8),
        startup());
  }

  private static Job job(int batch, int batches, int callers) {
    return Job.of("predict").with("batch", batch).with("batches", batches).with("callers", callers);
  }

  /**
   * DJL is seen at its best: the same callers with a thread each, or one with all threads, with
   * OpenMP's threads spinning or sleeping.
   */
  private static Row predict(
      int batch, String how, Launch launch, Job job, int repeat, double target) {
    int batches = batch == 1 ? 1 : 2;
    Launch oneThread = Launch.djl().options("-Dai.djl.pytorch.num_threads=1");
    Job one = job(batch, batches, 1);
    Job two = job(batch, batches, 2);
    return new Row(
        "predict-" + batch,
        "inference, tensor of images to array of logits, batch " + batch,
        WorkerSide.of("graft, " + how, launch, job, repeat),
        FastestSide.of(
            List.of(
                WorkerSide.of("DJL's Predictor", Launch.djl(), one, repeat),
                WorkerSide.of("DJL's Predictor, passive", Launch.djl().passive(), one, repeat),
                WorkerSide.of(
                    "DJL's Predictor, two callers of one thread", oneThread, two, repeat))),
        Logits.bf16(),
        new Target.Speedup(target),
        Plan.rate(3, 20, batch * batches));
  }

  private static Row startup() {
    Job job = job(1, 1, 1);
    return new Row(
        "startup",
        "graft predict on one image, as a whole process",
        ProcessSide.of(
            "graft predict",
            session ->
                List.of(
                    session.script("graft"),
                    "predict",
                    "--model",
                    session.file("model.pt").toString(),
                    ImageSets.first(session).toString()),
            WorkerSide.of("graft", Launch.graft(), job, 1)),
        null,
        new Agreement.Same(),
        new Target.Seconds(2.0),
        Plan.seconds(2, 10));
  }
}
