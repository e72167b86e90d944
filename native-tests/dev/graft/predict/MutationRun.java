package dev.graft.predict;

import dev.graft.LeakCheck;
import dev.graft.MutatedImages;
import dev.graft.ResidentMemory;
import dev.graft.image.ImageException;
import dev.graft.image.ImageException.Kind;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A process that shows damaged images to a predictor; {@link MutatedImagesNativeTest} starts it.
 */
final class MutationRun {
  /** Larger images are refused by their header. */
  static final int MAX_PIXELS = 4_000_000;

  private static final Duration DEADLINE = Duration.ofSeconds(30);

  private MutationRun() {}

  /** Arguments: the model, the seed, how many, the folder for what offends, the progress file. */
  public static void main(String[] args) throws Exception {
    PredictorConfig config =
        PredictorConfig.defaults()
            .withWorkers(1, 1)
            .withLimits(16, DEADLINE)
            .withMaxPixels(MAX_PIXELS);
    var images = new MutatedImages(Long.parseLong(args[1]));
    try (Predictor predictor = Predictor.load(Path.of(args[0]), config);
        var progress = new RandomAccessFile(args[4], "rw")) {
      predictor.predict(Served.golden("landscape.jpg").encoded());
      ResidentMemory.forgetPeak();
      long before = ResidentMemory.peakKiB();
      for (Served claim : HugeClaims.all()) {
        String outcome = send(predictor, claim.bytes(), claim.name());
        if (!outcome.equals(Kind.TOO_LARGE.name())) {
          throw new AssertionError(claim.name() + " ended " + outcome + ", not TOO_LARGE");
        }
      }
      System.out.println("huge " + (ResidentMemory.peakKiB() - before));
      images
          .send(
              Integer.parseInt(args[2]),
              Path.of(args[3]),
              number -> write(progress, number),
              (image, name) -> send(predictor, image, name))
          .forEach((outcome, times) -> System.out.println(outcome + " " + times));
      System.out.println("peak " + (ResidentMemory.peakKiB() - before));
      Prediction after = predictor.predict(Served.golden("landscape.jpg").encoded());
      System.out.println("afterwards " + after.scores().size());
    }
    LeakCheck.check();
  }

  private static String send(Predictor predictor, byte[] image, String name) {
    try {
      int classes = predictor.predict(image, name).scores().size();
      return classes == predictor.card().classes().size() ? "answered" : "half answered";
    } catch (ImageException refused) {
      if (!refused.name().equals(name)) {
        throw new AssertionError("The refusal is another image's: " + refused, refused);
      }
      return refused.kind().name();
    }
  }

  /** So that who finds this process dead knows of which image. */
  private static void write(RandomAccessFile progress, int number) {
    try {
      progress.seek(0);
      progress.writeInt(number);
    } catch (java.io.IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
