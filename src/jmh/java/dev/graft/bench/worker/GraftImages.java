package dev.graft.bench.worker;

import dev.graft.image.ImagePipeline;
import dev.graft.image.Layout;
import dev.graft.image.Preprocessing;
import dev.graft.model.Classifier;
import dev.graft.model.Inference;
import dev.graft.torch.Device;
import dev.graft.torch.MemoryFormat;
import dev.graft.torch.NativeRuntime;
import dev.graft.torch.Precision;
import dev.graft.torch.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What a service does without being one: threads of their own decode JPEGs and compute them, in
 * batches, in a plain loop. The bound of what it can reach.
 */
final class GraftImages implements Workload {
  private final Preprocessing preprocessing = Preprocessing.imagenet(224);
  private final List<byte[]> images = new ArrayList<>();
  private final Inference inference;
  private final int batch;
  private final int total;
  private final int callers;
  private final ExecutorService threads;

  GraftImages(Spec spec) {
    try {
      for (String file : Files.readAllLines(spec.path("files"))) {
        images.add(Files.readAllBytes(Path.of(file)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    try (Classifier classifier = Classifier.load(spec.path("model"), Device.CPU)) {
      inference = classifier.inference(Precision.fastest(Device.CPU));
    }
    batch = spec.number("batch");
    total = spec.number("images");
    callers = spec.number("callers");
    threads = Executors.newFixedThreadPool(callers);
  }

  @Override
  public void once() {
    var next = new AtomicInteger();
    List<Callable<Void>> loops = new ArrayList<>();
    for (int i = 0; i < callers; i++) {
      loops.add(
          () -> {
            NativeRuntime.setThreadsOfThisThread(1);
            loop(next);
            return null;
          });
    }
    try {
      for (Future<Void> loop : threads.invokeAll(loops)) {
        loop.get();
      }
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private void loop(AtomicInteger next) {
    FloatBuffer pixels = pixels();
    try (ImagePipeline pipeline = pipeline()) {
      for (int first = next.getAndAdd(batch); first < total; first = next.getAndAdd(batch)) {
        compute(pipeline, pixels, first, Math.min(batch, total - first));
      }
    }
  }

  private ImagePipeline pipeline() {
    return new ImagePipeline(preprocessing, preprocessing.evalTransforms(), Layout.HWC);
  }

  private FloatBuffer pixels() {
    return ByteBuffer.allocateDirect(batch * preprocessing.floats() * Float.BYTES)
        .order(ByteOrder.nativeOrder())
        .asFloatBuffer();
  }

  private float[] compute(ImagePipeline pipeline, FloatBuffer pixels, int first, int count) {
    var random = new SplittableRandom(0); // evaluation takes no chances
    for (int i = 0; i < count; i++) {
      byte[] image = images.get((first + i) % images.size());
      pipeline.load(image, "image", random, pixels, i * preprocessing.floats());
    }
    try (Tensor input = Tensor.ofBuffer(pixels, MemoryFormat.CHANNELS_LAST, count, 3, 224, 224);
        Tensor logits = inference.forward(input)) {
      return logits.toFloatArray();
    }
  }

  /** The logarithms of the first images' probabilities, as clients of a service see them. */
  @Override
  public float[] answer() {
    FloatBuffer pixels = pixels();
    int shown = Math.min(Spec.SHOWN, images.size());
    FloatBuffer values = FloatBuffer.allocate(shown * Spec.CLASSES.size());
    try (ImagePipeline pipeline = pipeline()) {
      for (int i = 0; i < shown; i++) {
        float[] logits = compute(pipeline, pixels, i, 1);
        double sum = 0;
        for (float logit : logits) {
          sum += Math.exp(logit);
        }
        for (float logit : logits) {
          values.put((float) (logit - Math.log(sum)));
        }
      }
    }
    return values.array();
  }

  @Override
  public void close() {
    threads.shutdown();
    inference.close();
  }
}
