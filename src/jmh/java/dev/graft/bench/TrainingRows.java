package dev.graft.bench;

import dev.graft.bench.Agreement.Logits;
import dev.graft.data.LoaderConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Rows about training: whole epochs, the frozen variant, single steps, busy neighbours. */
final class TrainingRows {
  private static final int EPOCHS = 25;
  private static final int QUICK_EPOCHS = 2;

  private final Settings settings;

  TrainingRows(Settings settings) {
    this.settings = settings;
  }

  List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    for (int batch : new int[] {4, 32}) {
      rows.add(epoch(batch, "bf16", tutorial(batch), "", 2.0));
      rows.add(epoch(batch, "fp32", tutorial(batch), "", 2.0));
      rows.add(epoch(batch, "bf16", tuned(batch), "-tuned", 1.05));
    }
    rows.add(features());
    for (int batch : new int[] {8, 32}) {
      rows.add(step(batch, "fp32"));
      rows.add(step(batch, "bf16"));
    }
    rows.add(neighbours("fp32", "", Launch.graft()));
    rows.add(neighbours("bf16", "", Launch.graft()));
    rows.add(neighbours("fp32", "-embedded", Launch.embedded()));
    return rows;
  }

  private static Row epoch(
      int batch, String precision, Side.Opening peer, String suffix, double target) {
    Job ours = epochJob(batch, 1, "none").with("precision", precision);
    return new Row(
        "epoch-" + batch + "-" + precision + suffix,
        "fine-tune one epoch of hymenoptera (train and val), batch " + batch,
        WorkerSide.of("graft " + precision, Launch.graft(), ours, 1),
        peer,
        precision.equals("fp32") ? Logits.fp32() : Logits.bf16(),
        new Target.Speedup(target),
        Plan.seconds(1, 5));
  }

  /** The tutorial's script with its own settings and Python's default environment. */
  private static Side.Opening tutorial(int batch) {
    return WorkerSide.of(
        "Python, tutorial", Launch.python(), asWritten(epochJob(batch, 1, "none")), 1);
  }

  private static Job asWritten(Job job) {
    return job.with("precision", "fp32").with("channels_last", false).with("workers", 4);
  }

  private static Side.Opening tuned(int batch) {
    Job job =
        epochJob(batch, 1, "none")
            .with("precision", "bf16")
            .with("channels_last", true)
            .with("workers", LoaderConfig.defaults().workers())
            .with("threads", Runtime.getRuntime().availableProcessors());
    return bestEnvironment("Python, tuned", Launch.python(), job, 1);
  }

  /** The best of the default environment, graft's, and OpenMP's threads sleeping at once. */
  static Side.Opening bestEnvironment(String label, Launch launch, Job job, int repeat) {
    return FastestSide.of(
        List.of(
            WorkerSide.of(label, launch, job, repeat),
            WorkerSide.of(label, launch.withGraftsEnvironment(), job, repeat),
            WorkerSide.of(label, launch.passive(), job, repeat)));
  }

  private static Job epochJob(int batch, int epochs, String freeze) {
    return Job.of("epoch")
        .with("data", session -> ImageSets.training(session).toString())
        .with("best", session -> session.file("best.pt").toString())
        .with("batch", batch)
        .with("epochs", epochs)
        .with("freeze", freeze);
  }

  private Row features() {
    int epochs = settings.quick() ? QUICK_EPOCHS : EPOCHS;
    int pythons = Math.min(epochs, settings.pythonEpochs());
    Job frozen = asWritten(epochJob(4, pythons, "backbone"));
    Side.Opening python = WorkerSide.of("Python", Launch.python(), frozen, 1);
    Side.Opening graft =
        WorkerSide.of(
            "graft", Launch.graft(), epochJob(4, epochs, "backbone").with("precision", "bf16"), 1);
    Function<Session, List<String>> script =
        session ->
            List.of(
                session.python(),
                session.script("bench-peer.py"),
                "--once",
                Worker.json(Map.copyOf(frozen.spec(session))));
    String label = "Python, tutorial frozen, " + pythons + " epochs";
    return new Row(
        "features",
        epochs + " epochs of the head alone, from JPEGs, as a whole process",
        ProcessSide.of(
            "graft train --freeze features --precision auto",
            session -> train(session, epochs),
            graft),
        pythons == epochs
            ? ProcessSide.of(label, script, python)
            : ProcessSide.extrapolated(
                label + " EXTRAPOLATED to " + epochs, script, (double) epochs / pythons, python),
        Logits.bf16(),
        new Target.Speedup(30),
        Plan.seconds(0, 3));
  }

  private static List<String> train(Session session, int epochs) {
    return List.of(
        session.script("graft"),
        "train",
        "--data",
        ImageSets.training(session).toString(),
        "--weights",
        session.weights().toString(),
        "--freeze",
        "features",
        "--precision",
        "auto",
        "--epochs",
        String.valueOf(epochs),
        "--overwrite",
        "--out",
        session.file("run").toString());
  }

  static Job stepJob(String workload, int batch, String precision) {
    return Job.of(workload)
        .with("batch", batch)
        .with("precision", precision)
        .with("channels_last", true)
        .with("threads", Runtime.getRuntime().availableProcessors());
  }

  private static Row step(int batch, String precision) {
    int repeat = batch == 8 ? 5 : 2;
    Job job = stepJob("step", batch, precision);
    return new Row(
        "step-" + batch + "-" + precision,
        "one training step on fixed tensors, channels last, batch " + batch,
        WorkerSide.of("graft " + precision, Launch.graft(), job, repeat),
        bestEnvironment("Python " + precision, Launch.python(), job, repeat),
        precision.equals("fp32") ? Logits.fp32() : Logits.bf16(),
        new Target.ReachedCost(1.02),
        Plan.millis(2, 20));
  }

  private static Row neighbours(String precision, String suffix, Launch launch) {
    Job job = stepJob("step", 8, precision);
    return new Row(
        "neighbours-" + precision + suffix,
        "one training step, batch 8, beside two busy processes",
        BusySide.of(WorkerSide.of("graft " + precision, launch, job, 3), 2),
        WorkerSide.of("graft " + precision + ", alone", launch, job, 3),
        new Agreement.Same(),
        new Target.Cost(2.5),
        Plan.millis(2, 10));
  }
}
