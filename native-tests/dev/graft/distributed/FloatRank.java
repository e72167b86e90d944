package dev.graft.distributed;

import dev.graft.LeakCheck;
import dev.graft.TinyWorld;
import dev.graft.data.DataLoader;
import dev.graft.data.ImageFolders;
import dev.graft.data.LoaderConfig;
import dev.graft.data.Shard;
import dev.graft.image.DecodedImages;
import dev.graft.image.Preprocessing;
import dev.graft.model.Classifier;
import dev.graft.model.Freeze;
import dev.graft.model.Freezing;
import dev.graft.model.GraftConfig;
import dev.graft.torch.DType;
import dev.graft.torch.Device;
import dev.graft.torch.MemoryFormat;
import dev.graft.torch.Module;
import dev.graft.torch.ModuleBuilder;
import dev.graft.torch.Schedule;
import dev.graft.torch.SgdConfig;
import dev.graft.train.Phase;
import dev.graft.train.Ranks;
import dev.graft.train.Trainer;
import dev.graft.train.TrainingConfig;
import dev.graft.train.TrainingEvent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A process that trains the tiny network in float64, with BatchNorm frozen. */
public final class FloatRank {
  private static final Preprocessing PREPROCESSING = Preprocessing.imagenet(32);

  private FloatRank() {}

  /** Writes what it saw to {@code folder/rank-N.txt}; arguments: data, folder. */
  public static void main(String[] args) throws Exception {
    RankEnvironment place = RankEnvironment.of(System.getenv()).orElseThrow();
    List<String> lines;
    try (C10dRanks ranks = C10dRanks.join(place, Duration.ofSeconds(30), () -> false)) {
      lines = train(Path.of(args[0]), 4, ranks);
    }
    Files.write(Path.of(args[1]).resolve("rank-" + place.rank() + ".txt"), lines);
    LeakCheck.check();
  }

  /** The loss of each batch, the validation's loss and accuracy, and the weights, a line each. */
  static List<String> train(Path data, int batchSize, Ranks ranks) {
    List<String> lines = new ArrayList<>();
    ImageFolders images = ImageFolders.open(data);
    var loader = new LoaderConfig(batchSize, 1, 2, 5, MemoryFormat.CHANNELS_LAST);
    var config =
        TrainingConfig.defaults()
            .withEpochs(5)
            .withSchedule(new Schedule.Constant())
            .withOptimizer(SgdConfig.of(0.5).withMomentum(0.9));
    var shard = new Shard(ranks.rank(), ranks.size());
    try (Classifier classifier = classifier(images, ranks.rank());
        DataLoader train = loader(images, DataLoader.Mode.TRAIN, loader, shard);
        DataLoader val = loader(images, DataLoader.Mode.EVAL, loader, shard)) {
      double[] sum = {0};
      new Trainer(config, event -> note(event, sum, lines), () -> false, ranks)
          .fit(classifier, train, val);
      classifier
          .module()
          .state()
          .forEach(
              (name, tensor) -> {
                for (double value : tensor.toDoubleArray()) {
                  lines.add("weight " + name + " " + value);
                }
              });
    }
    return lines;
  }

  private static void note(TrainingEvent event, double[] sum, List<String> lines) {
    if (event instanceof TrainingEvent.EpochStarted) {
      sum[0] = 0;
    } else if (event instanceof TrainingEvent.BatchFinished batch && batch.phase() == Phase.TRAIN) {
      double total = batch.meanLoss() * batch.images();
      lines.add("loss " + (total - sum[0]));
      sum[0] = total;
    } else if (event instanceof TrainingEvent.PhaseFinished finished) {
      var result = finished.result();
      lines.add(result.phase().label() + " " + result.loss() + " " + result.accuracy());
    }
  }

  /** Each rank begins with other weights, of which rank 0's count. */
  private static Classifier classifier(ImageFolders images, int seed) {
    try (Module tiny = TinyWorld.network("fc")) {
      Module wide =
          new ModuleBuilder("Wide")
              .module("tiny", tiny)
              .define(
                  "def forward(self, x):\n  return self.tiny.forward(x.to(self.tiny.fc.weight))")
              .build();
      var config = new GraftConfig(images.train().classes(), PREPROCESSING, seed, null);
      Classifier classifier = Classifier.graft(wide, Device.CPU, config);
      classifier.module().to(DType.FLOAT64);
      classifier.freeze(new Freezing(Freeze.NONE, List.of(), false, true));
      return classifier;
    }
  }

  private static DataLoader loader(
      ImageFolders images, DataLoader.Mode mode, LoaderConfig config, Shard shard) {
    boolean training = mode == DataLoader.Mode.TRAIN;
    return new DataLoader(
        training ? images.train() : images.val(),
        PREPROCESSING,
        training ? PREPROCESSING.trainTransforms() : PREPROCESSING.evalTransforms(),
        mode,
        config,
        DecodedImages.none(),
        shard);
  }
}
