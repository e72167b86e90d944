package dev.graft.predict;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.MutatedImages;
import dev.graft.ResidentMemory;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damaged images get an answer or an ImageException, whatever was damaged: nothing else is thrown,
 * nothing hangs, the process lives, stays small and prints little. -Dgraft.mutations=5000 shows it
 * more, -Dgraft.mutations.seed=7 others.
 */
class MutatedImagesNativeTest {
  private static final int COUNT = Integer.getInteger("graft.mutations", 600);
  private static final long SEED = Long.getLong("graft.mutations.seed", 1);
  private static final Path OFFENDING = Path.of("target", "mutated-images");
  private static final int MOST_PEAK_KIB = 200 << 10;
  private static final int MOST_HUGE_KIB = 8 << 10;
  private static final int MOST_NOISE = 100; // bytes an image: libjpeg and libpng print a line

  @Test
  void everyMutationIsAnsweredOrRefused(@TempDir Path folder) throws Exception {
    ResidentMemory.assumeMeasurable();
    Path model = Served.model(folder.resolve("model.pt"), 32, 1, List.of("a", "b", "c"));
    Path progress = folder.resolve("progress");
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    int code = run(command(model, progress), out, err);
    String printed = Files.readString(out);
    System.out.printf("Seed %d, %d mutations:%n%s", SEED, COUNT, printed.indent(2));
    assertThat(code).as(() -> "exit code; " + last(progress, err)).isZero();
    Map<String, Integer> said = new HashMap<>();
    printed
        .lines()
        .map(line -> line.split(" "))
        .forEach(w -> said.put(w[0], Integer.valueOf(w[1])));
    assertThat(
            said.get("answered")
                + said.get("DAMAGED")
                + said.get("UNKNOWN_FORMAT")
                + said.get("TOO_LARGE"))
        .isEqualTo(COUNT);
    assertThat(said.get("answered")).isPositive();
    assertThat(said.get("huge")).as("KiB for huge claims").isLessThan(MOST_HUGE_KIB);
    assertThat(said.get("peak")).as("KiB more at the peak").isLessThan(MOST_PEAK_KIB);
    assertThat(said.get("afterwards")).isEqualTo(3);
    long noise = Files.size(err);
    System.out.printf("  %d bytes printed to stderr%n", noise);
    assertThat(noise).as(Files.readString(err)).isLessThan((long) MOST_NOISE * COUNT);
  }

  private static List<String> command(Path model, Path progress) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xms256m", "-Xmx256m", "-XX:+AlwaysPreTouch"));
    command.add("-Dorg.bytedeco.javacpp.nativeAllocationTracer=true");
    command.add("-XX:ErrorFile=" + OFFENDING.toAbsolutePath().resolve("hs_err_%p.log"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(MutationRun.class.getName());
    command.addAll(List.of(model.toString(), "" + SEED, "" + COUNT));
    command.addAll(List.of(OFFENDING.toString(), progress.toString()));
    return command;
  }

  private static int run(List<String> command, Path out, Path err) throws Exception {
    Files.createDirectories(OFFENDING);
    var builder = new ProcessBuilder(command);
    builder.environment().remove("OPENCV_LOG_LEVEL"); // a service may not know of it
    Process process = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    try {
      assertThat(process.waitFor(120 + COUNT, TimeUnit.SECONDS)).as("it ends").isTrue();
    } finally {
      process.destroyForcibly();
    }
    return process.exitValue();
  }

  /** What the process was about when it ended. */
  private static String last(Path progress, Path err) {
    try (var file = new RandomAccessFile(progress.toFile(), "r")) {
      Path kept = new MutatedImages(SEED).keep(file.readInt(), OFFENDING);
      String said = Files.readString(err);
      return "the last image was "
          + kept
          + "; it said "
          + said.substring(0, Math.min(said.length(), 4000));
    } catch (IOException e) {
      return "it did not begin: " + e;
    }
  }
}
