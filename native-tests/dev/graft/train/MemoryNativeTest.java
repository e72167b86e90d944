package dev.graft.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.LeakCheck;
import dev.graft.ResidentMemory;
import dev.graft.SmallResNet;
import dev.graft.TinyWorld;
import dev.graft.data.DataLoader;
import dev.graft.data.ImageFolders;
import dev.graft.data.LoaderConfig;
import dev.graft.image.Preprocessing;
import dev.graft.model.Classifier;
import dev.graft.model.GraftConfig;
import dev.graft.torch.Device;
import dev.graft.torch.MemoryFormat;
import dev.graft.torch.Schedule;
import dev.graft.torch.SgdConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two thousand training steps of a network that has a ResNet-18's operations, with the whole data
 * path and validation: resident memory stays flat. The test JVM's heap is fixed and pre-touched.
 * The network is small, so that a few kB that a step keeps are not lost among its activations.
 */
class MemoryNativeTest {
  private static final int STEPS = 2000;
  private static final int WARM = 200;
  private static final int WINDOW = 200; // the Java compiler's memory comes and goes meanwhile

  @Test
  void residentMemoryIsFlatFromStep200ToStep2000(@TempDir Path folder)
      throws IOException, InterruptedException {
    ResidentMemory.assumeMeasurable();
    ImageFolders data = ImageFolders.open(TinyWorld.draw(folder, 16, 4));
    var preprocessing = Preprocessing.imagenet(32);
    var loader = new LoaderConfig(4, 2, 2, 0, MemoryFormat.CHANNELS_LAST);
    int perEpoch = 12;
    var config =
        TrainingConfig.defaults()
            .withEpochs((STEPS + perEpoch - 1) / perEpoch)
            .withOptimizer(SgdConfig.of(1e-4).withMomentum(0.9))
            .withSchedule(new Schedule.Constant());
    Map<Integer, Long> resident = new HashMap<>();
    int[] step = {0};
    TrainingListener measure =
        event -> {
          if (event instanceof TrainingEvent.BatchFinished batch && batch.phase() == Phase.TRAIN) {
            step[0]++;
            int measured = step[0] <= WARM + WINDOW ? WARM + WINDOW : STEPS;
            if (step[0] > measured - WINDOW) { // the least: not what a moment happens to hold
              resident.merge(measured, ResidentMemory.kiB(), Math::min);
            }
          }
        };
    var graft = new GraftConfig(data.train().classes(), preprocessing, 0, null);
    try (Classifier classifier = Classifier.graft(SmallResNet.build(3, 0), Device.CPU, graft);
        var train = new DataLoader(data.train(), preprocessing, DataLoader.Mode.TRAIN, loader);
        var val = new DataLoader(data.val(), preprocessing, DataLoader.Mode.EVAL, loader)) {
      new Trainer(config, measure, () -> false).fit(classifier, train, val);
    }
    LeakCheck.check();
    long before = resident.get(WARM + WINDOW);
    long after = resident.get(STEPS);
    System.out.printf(
        "Resident: %,d KiB after step %d, %,d KiB until step %d (%+.2f %%)%n",
        before, WARM, after, STEPS, 100.0 * (after - before) / before);
    assertThat((double) after / before).isLessThan(1.01);
  }
}
