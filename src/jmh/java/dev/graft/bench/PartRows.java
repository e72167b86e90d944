package dev.graft.bench;

import dev.graft.bench.Agreement.Logits;
import dev.graft.bench.Agreement.Pixels;
import java.util.ArrayList;
import java.util.List;

/** Rows about parts of the way: wrappers, decoding, the data's way. */
final class PartRows {
  private static final int BASE = 1000;
  private static final int QUICK_BASE = 100;

  private final Settings settings;

  PartRows(Settings settings) {
    this.settings = settings;
  }

  List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    rows.add(wrappers("step", 8, 5));
    rows.add(wrappers("forward", 1, 20));
    rows.add(decode("eval"));
    rows.add(decode("train"));
    int base = settings.quick() ? QUICK_BASE : BASE;
    for (int images = base * 10; images <= Math.max(base, settings.images()); images *= 10) {
      rows.add(dataPath(base, images));
    }
    return rows;
  }

  /** Both in one JVM, so that nothing but the wrappers differs. */
  private static Row wrappers(String workload, int batch, int repeat) {
    Launch one = Launch.graft().share();
    return new Row(
        "wrappers-" + workload,
        "one " + workload + " on fixed tensors, fp32, channels last, batch " + batch,
        WorkerSide.of("graft", one, TrainingRows.stepJob(workload, batch, "fp32"), repeat),
        WorkerSide.of(
            "raw presets", one, TrainingRows.stepJob(workload + "-presets", batch, "fp32"), repeat),
        Logits.fp32(),
        new Target.ReachedCost(1.01),
        Plan.millis(3, 30));
  }

  private Row decode(String transforms) {
    Job job =
        Job.of("decode")
            .with("transforms", transforms)
            .with("files", session -> ImageSets.list(session).toString());
    return new Row(
        "decode-" + transforms,
        "JPEG file to normalised tensor, " + transforms + " preset, on one core",
        WorkerSide.of("graft", Launch.graft().onOneCore(), job, 1),
        WorkerSide.of("torchvision on Pillow", Launch.python().onOneCore(), job, 1),
        new Pixels(1),
        new Target.Speedup(1.5),
        Plan.rate(3, 10, images()));
  }

  private int images() {
    return settings.quick() ? 4 * 8 : 397;
  }

  private static Row dataPath(int base, int images) {
    return new Row(
        "data-path-" + images,
        "the data loader alone, time of one image, with " + images + " images and with " + base,
        loader(images),
        loader(base),
        new Agreement.Same(),
        new Target.SameRate(0.05, 0.1),
        Plan.rate(1, 5, 1));
  }

  /** A small Java heap, all of it touched, so that what grows would show. */
  private static Side.Opening loader(int images) {
    Launch heap = Launch.graft().options("-Xms512m", "-Xmx512m", "-XX:+AlwaysPreTouch");
    Job job =
        Job.of("loader")
            .with("batch", 32)
            .with("images", session -> ImageSets.copies(session, images).toString());
    return WorkerSide.perItem(images + " images", heap, job, images);
  }
}
