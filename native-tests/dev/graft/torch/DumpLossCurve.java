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
 * Trains one epoch of the tutorial for scripts/compare-loss-curve.py, in float32 with one thread
 * and with two, and in float64: writes the batches, the labels, the head it started from and each
 * step's loss.
 */
final class DumpLossCurve {
  private static final LoaderConfig LOADER = LoaderConfig.defaults().withSeed(0);
  private static final Preprocessing PREPROCESSING = Preprocessing.imagenet(224);

  private final Path weights;
  private final ImageFolder images;
  private final Path out;

  private DumpLossCurve(Path weights, ImageFolder images, Path out) {
    this.weights = weights;
    this.images = images;
    this.out = out;
  }

  /** Arguments: the weights, the data's root, the folder to write to. */
  public static void main(String[] arguments) throws IOException {
    var dump =
        new DumpLossCurve(
            Path.of(arguments[0]),
            ImageFolders.open(Path.of(arguments[1])).train(),
            Path.of(arguments[2]));
    dump.batches();
    dump.losses("float32-1", DType.FLOAT32, 1);
    dump.losses("float32-2", DType.FLOAT32, 2);
    dump.losses("float64-2", DType.FLOAT64, 2);
  }

  private Classifier classifier() {
    return Classifier.graft(
        weights, Device.CPU, new GraftConfig(images.classes(), PREPROCESSING, 0, null));
  }

  private DataLoader loader() {
    return new DataLoader(images, PREPROCESSING, DataLoader.Mode.TRAIN, LOADER);
  }

  private void batches() throws IOException {
    try (Classifier classifier = classifier();
        DataLoader loader = loader();
        Batches batches = loader.epoch(0)) {
      append("head.f32", classifier.module().parameter("fc.weight"));
      append("head.f32", classifier.module().parameter("fc.bias"));
      while (batches.hasNext()) {
        try (Batch batch = batches.next()) {
          append("inputs.f32", batch.inputs());
          append("labels.i64", batch.labels());
        }
      }
    }
  }

  private void losses(String name, DType dtype, int threads) throws IOException {
    NativeRuntime.setThreads(threads);
    List<String> losses = new ArrayList<>();
    try (Classifier classifier = classifier()) {
      classifier.module().to(dtype);
      classifier.train();
      try (DataLoader loader = loader();
          Batches batches = loader.epoch(0);
          Sgd sgd =
              new Sgd(classifier.trainableParameters(), SgdConfig.of(0.001).withMomentum(0.9))) {
        while (batches.hasNext()) {
          try (Batch batch = batches.next();
              Tensor inputs = batch.inputs().to(dtype)) {
            losses.add(Double.toString(step(classifier, sgd, inputs, batch.labels())));
          }
        }
      }
    }
    Files.write(out.resolve("losses-" + name + ".txt"), losses);
  }

  private static double step(Classifier classifier, Sgd sgd, Tensor inputs, Tensor labels) {
    sgd.zeroGrad();
    try (Tensor logits = classifier.forward(inputs);
        Tensor loss = Functional.crossEntropy(logits, labels)) {
      loss.backward();
      sgd.step();
      return loss.item();
    }
  }

  private void append(String name, Tensor tensor) throws IOException {
    Files.write(
        out.resolve(name),
        tensor.toByteBuffer().array(),
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }
}
