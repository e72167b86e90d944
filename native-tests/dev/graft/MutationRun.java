package dev.graft;

import dev.graft.image.ImageException.Kind;
import dev.graft.predict.PredictorConfig;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * What a process does that shows damaged images to a service; {@link MutatedImagesNativeTest}
 * starts it and reads what it prints.
 */
public final class MutationRun {
  /** How the outcome of an image is called that got a whole answer. */
  public static final String ANSWERED = "answered";

  private static final int MAX_PIXELS = 4_000_000; // larger images are refused by their header
  private static final Duration DEADLINE = Duration.ofSeconds(30);

  private MutationRun() {}

  /**
   * What answers for images until it is closed: {@link #ANSWERED}, or the kind of its refusal. To
   * close it throws where something went wrong that no single image tells.
   */
  public interface Service extends MutatedImages.Target, AutoCloseable {}

  /** Starts a service. */
  public interface Start {
    Service of(Path model, PredictorConfig config);
  }

  /**
   * Runs to its end.
   *
   * @param args the model, the seed, how many, the folder for what offends, the progress file
   */
  public static void of(Start start, String[] args) throws Exception {
    PredictorConfig config =
        PredictorConfig.defaults()
            .withWorkers(1, 1)
            .withLimits(16, DEADLINE)
            .withMaxPixels(MAX_PIXELS);
    try (Service service = start.of(Path.of(args[0]), config);
        var progress = new RandomAccessFile(args[4], "rw")) {
      expect(ANSWERED, service, "landscape.jpg", MutatedImages.original("landscape.jpg"));
      sendHugeClaims(service); // so that the classes that refuse them are loaded
      ResidentMemory.forgetPeak();
      long before = ResidentMemory.peakKiB();
      sendHugeClaims(service);
      System.out.println("huge " + (ResidentMemory.peakKiB() - before));
      new MutatedImages(Long.parseLong(args[1]))
          .send(
              Integer.parseInt(args[2]),
              Path.of(args[3]),
              number -> write(progress, number),
              service)
          .forEach((outcome, times) -> System.out.println(outcome + " " + times));
      System.out.println("peak " + (ResidentMemory.peakKiB() - before));
      expect(ANSWERED, service, "afterwards.jpg", MutatedImages.original("landscape.jpg"));
    }
    LeakCheck.check();
  }

  private static void sendHugeClaims(Service service) throws Exception {
    for (Map.Entry<String, byte[]> claim : HugeClaims.all().entrySet()) {
      expect(Kind.TOO_LARGE.name(), service, claim.getKey(), claim.getValue());
    }
  }

  private static void expect(String outcome, Service service, String name, byte[] image)
      throws Exception {
    String actual = service.send(image, name);
    if (!actual.equals(outcome)) {
      throw new AssertionError(name + " ended " + actual + ", not " + outcome);
    }
  }

  /** So that who finds this process dead knows of which image. */
  private static void write(RandomAccessFile progress, int number) {
    try {
      progress.seek(0);
      progress.writeInt(number);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
