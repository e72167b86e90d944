package dev.graft.bench;

import dev.graft.bench.Agreement.Logits;
import java.util.List;

/** Rows about answers for images. */
final class ServingRows {
  List<Row> rows() {
    return List.of(predict(1, 20, 2.0), predict(8, 5, 2.8), startup());
  }

  private static Row predict(int batch, int repeat, double target) {
    Job job = Job.of("predict").with("batch", batch);
    return new Row(
        "predict-" + batch,
        "inference, tensor of images to array of logits, batch " + batch,
        WorkerSide.of("graft", Launch.graft(), job, repeat),
        TrainingRows.eitherPolicy("DJL's Predictor", Launch.djl(), job, repeat),
        Logits.bf16(),
        new Target.Speedup(target),
        Plan.rate(3, 20, batch));
  }

  private static Row startup() {
    Job job = Job.of("predict").with("batch", 1);
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
