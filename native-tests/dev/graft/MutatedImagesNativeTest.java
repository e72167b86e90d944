package dev.graft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.predict.MutationsToPredictor;
import dev.graft.serve.MutationsOverHttp;
import dev.graft.serve.TinyModels;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Damaged images get an answer or are refused as images are, whatever was damaged: nothing else is
 * thrown, no status but 400, 413 and 415, nothing hangs, the process lives, stays small and prints
 * little. -Dgraft.mutations=5000 shows it more, -Dgraft.mutations.seed=7 others.
 */
class MutatedImagesNativeTest {
  private static final long SEED = Long.getLong("graft.mutations.seed", 1);
  private static final Path OFFENDING = Path.of("target", "mutated-images");
  private static final int MOST_PEAK_KIB = 200 << 10;
  private static final int MOST_HUGE_KIB = 8 << 10;
  private static final int MOST_NOISE = 100; // bytes an image: libjpeg and libpng print a line

  private enum Way {
    PREDICTOR(MutationsToPredictor.class, 600, 1),
    HTTP(MutationsOverHttp.class, 200, 4);

    private final Class<?> program;
    private final int count;
    private final int times; // that it asks about each image

    Way(Class<?> program, int few, int times) {
      this.program = program;
      this.times = times;
      count = Integer.getInteger("graft.mutations", few);
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyMutationIsAnsweredOrRefused(Way way, @TempDir Path folder) throws Exception {
    ResidentMemory.assumeMeasurable();
    Path model = TinyModels.save(folder.resolve("model.pt"), 1, "a", "b", "c");
    Path progress = folder.resolve("progress");
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    int code = run(way, command(way, model, progress), out, err);
    String printed = Files.readString(out);
    System.out.printf("%s, seed %d, %d mutations:%n%s", way, SEED, way.count, printed.indent(2));
    assertThat(code).as(() -> "exit code; " + last(progress, err)).isZero();
    Map<String, Integer> said = new HashMap<>();
    printed
        .lines()
        .map(line -> line.split(" "))
        .forEach(w -> said.put(w[0], Integer.valueOf(w[1])));
    int ended =
        Stream.of("answered", "DAMAGED", "UNKNOWN_FORMAT", "TOO_LARGE")
            .mapToInt(outcome -> said.getOrDefault(outcome, 0))
            .sum();
    assertThat(ended).isEqualTo(way.count);
    assertThat(said.get("answered")).isPositive();
    assertThat(said.get("huge")).as("KiB for huge claims").isLessThan(MOST_HUGE_KIB);
    assertThat(said.get("peak")).as("KiB more at the peak").isLessThan(MOST_PEAK_KIB);
    long noise = Files.size(err);
    System.out.printf("  %d bytes printed to stderr%n", noise);
    assertThat(noise)
        .as(Files.readString(err))
        .isLessThan((long) MOST_NOISE * way.times * way.count);
  }

  private static List<String> command(Way way, Path model, Path progress) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xms256m", "-Xmx256m", "-XX:+AlwaysPreTouch"));
    command.add("-XX:TieredStopAtLevel=1"); // it starts sooner, and compiling takes less memory
    command.add("-Dorg.bytedeco.javacpp.nativeAllocationTracer=true");
    command.add("-XX:ErrorFile=" + OFFENDING.toAbsolutePath().resolve("hs_err_%p.log"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(way.program.getName());
    command.addAll(List.of(model.toString(), "" + SEED, "" + way.count));
    command.addAll(List.of(OFFENDING.toString(), progress.toString()));
    return command;
  }

  private static int run(Way way, List<String> command, Path out, Path err) throws Exception {
    Files.createDirectories(OFFENDING);
    var builder = new ProcessBuilder(command);
    builder.environment().remove("OPENCV_LOG_LEVEL"); // a service may not know of it
    Process process = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    try {
      assertThat(process.waitFor(120 + way.count, TimeUnit.SECONDS)).as("it ends").isTrue();
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
          + "; it said at last "
          + said.substring(Math.max(0, said.length() - 4000)); // an exception comes last
    } catch (IOException e) {
      return "it did not begin: " + e;
    }
  }
}
