package dev.graft.bench;

import dev.graft.bench.Agreement.Logits;
import java.util.List;

/** Rows about answers for images. */
final class ServingRows {
  List<Row> rows() {
    Launch oneThread = Launch.graft().options("-Dgraft.threads=1");
    return List.of(
        predict(1, 20, WorkerSide.of("graft", Launch.graft(), callers(1, 1), 20), 2.0),
        predict(
            8,
            5,
            WorkerSide.of("graft, two callers of one thread", oneThread, callers(8, 2), 5),
            2.8),
        startup());
  }

  private static Job callers(int batch, int callers) {
    return Job.of("predict").with("batch", batch).with("callers", callers);
  }

  private static Row predict(int batch, int repeat, Side.Opening graft, double target) {
    Job job = callers(batch, 1);
    return new Row(
        "predict-" + batch,
        "inference, tensor of images to array of logits, batch " + batch,
        graft,
        TrainingRows.bestEnvironment("DJL's Predictor", Launch.djl(), job, repeat),
        Logits.bf16(),
        new Target.Speedup(target),
        Plan.rate(3, 20, batch));
  }

  private static Row startup() {
    Job job = callers(1, 1);
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
