package dev.graft.serve;

import dev.graft.SmallResNet;
import dev.graft.image.Preprocessing;
import dev.graft.model.Classifier;
import dev.graft.model.GraftConfig;
import dev.graft.model.Provenance;
import dev.graft.torch.Device;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Small models with random weights. */
public final class TinyModels {
  static final int SIDE = 32;

  private TinyModels() {}

  public static Path save(Path file, long seed, String... classes) {
    var config = new GraftConfig(List.of(classes), Preprocessing.imagenet(SIDE), 1, null);
    var network = SmallResNet.build(10, seed);
    var provenance =
        new Provenance(
            Map.of(), seed, Map.of("lr", 0.1), "abc", Map.of("best_val_acc", 0.75), "2026-01-02");
    try (Classifier classifier = Classifier.graft(network, Device.CPU, config)) {
      classifier.save(file, provenance);
    }
    return file;
  }
}
