package dev.graft.torch;

import dev.graft.data.Batch;
import dev.graft.data.Batches;
import dev.graft.data.DataLoader;
import dev.graft.data.ImageFolder;
import dev.graft.data.ImageFolders;
import dev.graft.data.LoaderConfig;
import dev.graft.image.Preprocessing;
import dev.graft.model.Classifier;
import dev.graft.model.GraftConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Trains one epoch of the tutorial with one thread and with two, for scripts/compare-loss-curve.py:
 * writes the batches, the labels, the head it started from and each step's loss.
 */
final class DumpLossCurve {
  private static final LoaderConfig LOADER = LoaderConfig.defaults().withSeed(0);
  private static final Preprocessing PREPROCESSING = Preprocessing.imagenet(224);

  private DumpLossCurve() {}

  /** Arguments: the weights, the data's root, the folder to write to. */
  public static void main(String[] arguments) throws IOException {
    Path out = Path.of(arguments[2]);
    ImageFolder images = ImageFolders.open(Path.of(arguments[1])).train();
    for (int threads = 1; threads <= 2; threads++) {
      NativeRuntime.setThreads(threads);
      var config = new GraftConfig(images.classes(), PREPROCESSING, 0, null);
      try (Classifier classifier = Classifier.graft(Path.of(arguments[0]), Device.CPU, config)) {
        if (threads == 1) {
          append(out.resolve("head.f32"), classifier.module().parameter("fc.weight"));
          append(out.resolve("head.f32"), classifier.module().parameter("fc.bias"));
        }
        List<String> losses = train(classifier, images, threads == 1 ? out : null);
        Files.write(out.resolve("losses-" + threads + ".txt"), losses);
      }
    }
  }

  private static List<String> train(Classifier classifier, ImageFolder images, Path dump)
      throws IOException {
    List<String> losses = new ArrayList<>();
    classifier.train();
    try (var loader = new DataLoader(images, PREPROCESSING, DataLoader.Mode.TRAIN, LOADER);
        Batches batches = loader.epoch(0);
        Sgd sgd =
            new Sgd(classifier.trainableParameters(), SgdConfig.of(0.001).withMomentum(0.9))) {
      while (batches.hasNext()) {
        try (Batch batch = batches.next()) {
          if (dump != null) {
            append(dump.resolve("inputs.f32"), batch.inputs());
            append(dump.resolve("labels.i64"), batch.labels());
          }
          losses.add(Double.toString(step(classifier, sgd, batch)));
        }
      }
    }
    return losses;
  }

  private static double step(Classifier classifier, Sgd sgd, Batch batch) {
    sgd.zeroGrad();
    try (Tensor logits = classifier.forward(batch.inputs());
        Tensor loss = Functional.crossEntropy(logits, batch.labels())) {
      loss.backward();
      sgd.step();
      return loss.item();
    }
  }

  private static void append(Path file, Tensor tensor) throws IOException {
    Files.write(
        file, tensor.toByteBuffer().array(), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }
}
