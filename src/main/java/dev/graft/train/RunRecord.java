package dev.graft.train;

import dev.graft.data.CheckedFolders;
import dev.graft.data.ImageFolder;
import dev.graft.model.Provenance;
import dev.graft.torch.NativeRuntime;
import dev.graft.torch.Version;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** What a run writes down about itself: what it is made of, and what it has reached so far. */
final class RunRecord {
  /** What each rank has its own of, and decides the last bits of numbers at most. */
  private static final Set<String> OWN =
      Set.of("data", "weights", "workers", "cache", "device", "threads", "cpu", "pytorch");

  private final RunConfig config;
  private final CheckedFolders data;
  private final String weightsDigest;
  private final int ranks;
  private final Map<String, Object> metrics = new LinkedHashMap<>();

  RunRecord(RunConfig config, CheckedFolders data, String weightsDigest, int ranks) {
    this.ranks = ranks;
    this.config = config;
    this.data = data;
    this.weightsDigest = weightsDigest;
  }

  /** The SHA-256 of the weights to start from. */
  String weightsDigest() {
    return weightsDigest;
  }

  /** What makes the run this run: settings and digests, for {@code config.json}. */
  Map<String, Object> description() {
    Map<String, Object> description = config.toMap();
    if (ranks > 1) {
      description.put("nproc", ranks);
    }
    description.put("classes", data.data().train().classes());
    description.put("train-images", data.data().train().size());
    description.put("val-images", data.data().val().size());
    description.put("test-images", data.data().test().map(ImageFolder::size).orElse(0));
    description.put("data-digest", data.digest());
    description.put("weights-sha256", weightsDigest);
    description.put("threads", NativeRuntime.info().threads());
    description.put("cpu", NativeRuntime.info().cpu());
    description.put("pytorch", NativeRuntime.info().pytorch());
    return description;
  }

  /** What must be the same on all ranks, by name: settings, digests and versions. */
  Map<String, String> shared() {
    Map<String, String> shared = new LinkedHashMap<>();
    shared.put("graft version", Version.graft());
    shared.put("PyTorch version", NativeRuntime.info().pytorch());
    description()
        .forEach(
            (name, value) -> {
              if (!OWN.contains(name)) {
                shared.put(name, String.valueOf(value));
              }
            });
    return shared;
  }

  /** Notes an epoch that is better than all before. */
  void best(PhaseResult validation) {
    metrics.put("best_epoch", validation.epoch());
    metrics.put("best_val_acc", validation.accuracy());
    metrics.put("best_val_loss", validation.loss());
  }

  /** Notes how the best epoch did on the test images. */
  void tested(Evaluation test) {
    metrics.put("test_acc", test.accuracy());
    metrics.put("test_loss", test.loss());
  }

  Provenance provenance() {
    NativeRuntime.Info runtime = NativeRuntime.info();
    return new Provenance(
        Map.of(
            "graft", Version.graft(),
            "pytorch", runtime.pytorch(),
            "javacpp", runtime.javacpp(),
            "java", Runtime.version().toString()),
        config.loader().seed(),
        config.toMap(),
        data.digest(),
        metrics,
        created());
  }

  /** Now, or what SOURCE_DATE_EPOCH says, so that a run can be repeated to the last byte. */
  private static String created() {
    String epoch = System.getenv("SOURCE_DATE_EPOCH");
    boolean given = epoch != null && epoch.matches("[0-9]{1,11}");
    Instant moment = given ? Instant.ofEpochSecond(Long.parseLong(epoch)) : Instant.now();
    return moment.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  /** How the run ended, for {@code summary.json}. */
  Map<String, Object> summary(TrainingResult result) {
    Map<String, Object> summary = new LinkedHashMap<>();
    summary.put("outcome", result.outcome().label());
    summary.put("best_epoch", result.bestEpoch());
    summary.put("best_val_acc", result.bestAccuracy());
    if (metrics.containsKey("test_acc")) {
      summary.put("test_acc", metrics.get("test_acc"));
      summary.put("test_loss", metrics.get("test_loss"));
    }
    summary.put("seconds", result.roundedSeconds());
    return summary;
  }
}
