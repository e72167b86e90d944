package dev.graft.bench.worker;

import dev.graft.image.ImagePipeline;
import dev.graft.image.Preprocessing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;

/** All images of a list, one after another: file, decode, transform, normalise. */
final class GraftDecode implements Workload {
  private static final int SHOWN = 4;

  private final Preprocessing preprocessing = Preprocessing.imagenet(224);
  private final SplittableRandom random = new SplittableRandom(0);
  private final List<Path> files;
  private final ImagePipeline pipeline;
  private final FloatBuffer floats;

  GraftDecode(Spec spec) {
    try {
      files = Files.readAllLines(spec.path("files")).stream().map(Path::of).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    boolean train = spec.text("transforms").equals("train");
    pipeline =
        new ImagePipeline(
            preprocessing,
            train ? preprocessing.trainTransforms() : preprocessing.evalTransforms());
    floats =
        ByteBuffer.allocateDirect(preprocessing.floats() * Float.BYTES)
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
  }

  @Override
  public void once() {
    for (Path file : files) {
      pipeline.load(file, random, floats, 0);
    }
  }

  /** The pixels of the first images in grey levels, after the transforms of evaluation. */
  @Override
  public float[] answer() {
    var plain = new Preprocessing(224, 256, List.of(0.0, 0.0, 0.0), List.of(1.0, 1.0, 1.0));
    int each = plain.floats();
    float[] pixels = new float[Math.min(SHOWN, files.size()) * each];
    try (var eval = new ImagePipeline(plain, plain.evalTransforms())) {
      for (int i = 0; i * each < pixels.length; i++) {
        eval.load(files.get(i), random, floats, 0);
        floats.get(0, pixels, i * each, each);
      }
    }
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] *= 255;
    }
    return pixels;
  }

  @Override
  public void close() {
    pipeline.close();
  }
}
