package dev.graft.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.TinyWorld;
import dev.graft.cli.Main;
import dev.graft.train.Ranks;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two processes on loopback. {@code scripts/check-ranks} does the same with real images. */
class RanksNativeTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Long enough to be killed before its end. */
  private static final int EPOCHS = 40;

  @TempDir Path folder;
  private Path data;
  private Path weights;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @BeforeEach
  void prepare() throws IOException {
    data = TinyWorld.draw(folder.resolve("data"), 11, 5); // neither divides by two
    weights = TinyWorld.save(folder.resolve("tiny.pt"));
  }

  private static List<String> java(Class<?> main, Object... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx200m", "-XX:TieredStopAtLevel=1", "-XX:ActiveProcessorCount=1"));
    command.add("-Dorg.bytedeco.javacpp.nativeAllocationTracer=true");
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    return command;
  }

  private List<String> graft(Path run, Object... more) {
    List<Object> arguments = new ArrayList<>(List.of("train", "--data", data));
    arguments.addAll(List.of("--weights", weights, "--out", run, "--image-size", 32, "--lr", 0.05));
    arguments.addAll(List.of("--checkpoint-minutes", 1e-9, "--freeze-batchnorm", "--workers", 1));
    arguments.addAll(List.of(more));
    return java(Main.class, arguments.toArray());
  }

  private int runTwo(List<String> command) {
    var stdout = new PrintStream(out, true, StandardCharsets.UTF_8);
    var stderr = new PrintStream(err, true, StandardCharsets.UTF_8);
    return LocalRanks.run(2, command, () -> false, stdout, stderr);
  }

  private String errors() {
    return err.toString(StandardCharsets.UTF_8);
  }

  private static Process start(List<String> command, int rank, int port) throws IOException {
    return start(command, rank, 2, port);
  }

  private static Process start(List<String> command, int rank, int size, int port)
      throws IOException {
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("RANK", String.valueOf(rank));
    builder.environment().put("WORLD_SIZE", String.valueOf(size));
    builder.environment().put("MASTER_ADDR", "127.0.0.1");
    builder.environment().put("MASTER_PORT", String.valueOf(port));
    return builder.start();
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static String output(Process process) throws Exception {
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return text;
  }

  private static List<Double> numbers(List<String> lines, String name) {
    return lines.stream()
        .filter(line -> line.startsWith(name + " "))
        .map(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .toList();
  }

  @Test
  void trainsAsOneProcessWithBatchesTwiceAsLarge_inFloat64() throws IOException {
    data = TinyWorld.draw(folder.resolve("even"), 16, 5); // 48 images: 6 steps of 8, 5 epochs
    assertThat(runTwo(java(FloatRank.class, data, folder))).as(errors()).isZero();
    List<String> first = Files.readAllLines(folder.resolve("rank-0.txt"));
    List<String> second = Files.readAllLines(folder.resolve("rank-1.txt"));
    List<String> alone = FloatRank.train(data, 8, Ranks.single());
    List<Double> losses = numbers(alone, "loss");
    assertThat(losses).hasSize(30);
    assertThat(losses.get(29)).isLessThan(losses.get(0) * 0.7);
    for (int step = 0; step < losses.size(); step++) {
      // A progress event counts both ranks' images, by this rank's mean loss.
      double both = numbers(first, "loss").get(step) + numbers(second, "loss").get(step);
      assertThat(both / 2).isCloseTo(losses.get(step), within(1e-9));
    }
    assertThat(numbers(first, "weight")).isEqualTo(numbers(second, "weight"));
    for (String phase : List.of("train", "val")) { // accuracies
      assertThat(numbers(first, phase)).isEqualTo(numbers(alone, phase));
      assertThat(numbers(second, phase)).isEqualTo(numbers(alone, phase));
    }
  }

  @Test
  void onlyRankZeroSpeaksAndWrites_andEachValidationImageCountsOnce() throws IOException {
    Path two = folder.resolve("two");
    assertThat(runTwo(graft(two, "--epochs", 3))).as(errors()).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8))
        .startsWith("Epoch 0/2")
        .containsOnlyOnce("Training complete");
    assertThat(errors()).isEmpty();
    for (String line : Files.readAllLines(two.resolve("metrics.jsonl"))) {
      JsonNode phase = JSON.readTree(line);
      boolean val = phase.path("phase").asText().equals("val");
      assertThat(phase.path("images").asInt()).isEqualTo(val ? 15 : 34); // 33, one of them again
    }
    assertThat(Files.readAllLines(two.resolve("validation.jsonl"))).hasSizeGreaterThanOrEqualTo(15);
  }

  @Test
  void ranksWithOtherSettingsOrImages_areNamedOnAll() throws Exception {
    int port = freePort();
    Process first = start(graft(folder.resolve("run")), 0, port);
    Process second = start(graft(folder.resolve("run"), "--lr", 0.06), 1, port);
    for (Process process : List.of(first, second)) {
      assertThat(output(process)).contains("lr is 0.05 on rank 0, but 0.06 on rank 1");
      assertThat(process.exitValue()).isEqualTo(2);
    }
    assertThat(folder.resolve("run")).doesNotExist();
  }

  @Test
  void aRankThatNeverComesIsNamedByAllOthers() throws Exception {
    int port = freePort();
    Process first = start(graft(folder.resolve("run"), "--rank-timeout", 3), 0, 3, port);
    Process second = start(graft(folder.resolve("run"), "--rank-timeout", 3), 1, 3, port);
    for (Process process : List.of(first, second)) {
      assertThat(output(process)).contains("graft: Rank 2 did not come within 3 s.");
      assertThat(process.exitValue()).isEqualTo(1);
    }
  }

  @Test
  void aNetworkInterfaceThatIsNotThereIsBadInput() throws Exception {
    var builder = new ProcessBuilder(graft(folder.resolve("run"))).redirectErrorStream(true);
    builder
        .environment()
        .putAll(Map.of("RANK", "0", "WORLD_SIZE", "2", "MASTER_ADDR", "127.0.0.1"));
    builder.environment().put("MASTER_PORT", String.valueOf(freePort()));
    builder.environment().put("GLOO_SOCKET_IFNAME", "none7");
    Process process = builder.start();
    assertThat(output(process))
        .contains("GLOO_SOCKET_IFNAME is \"none7\", which this machine does not have; it has ");
    assertThat(process.exitValue()).isEqualTo(2);
  }

  @Test
  void aRankThatIsKilledIsNamed_andOneProcessGoesOnFromTheCheckpoint() throws Exception {
    Path run = folder.resolve("run");
    int port = freePort();
    Process first = start(graft(run, "--epochs", EPOCHS), 0, port);
    Process second = start(graft(run, "--epochs", EPOCHS), 1, port);
    Path checkpoints = run.resolve("checkpoints");
    while (first.isAlive() && (!Files.isDirectory(checkpoints) || isEmpty(checkpoints))) {
      Thread.sleep(5);
    }
    second.destroyForcibly();
    assertThat(output(first)).contains("graft: Lost rank 1: no answer.");
    assertThat(first.exitValue()).isEqualTo(1);
    Process alone =
        new ProcessBuilder(graft(run, "--epochs", EPOCHS, "--resume"))
            .redirectErrorStream(true)
            .start();
    assertThat(output(alone))
        .contains("Going on in epoch ")
        .contains("The run had 2 ranks, now it has 1: a step took 8 images, now it takes 4.");
    assertThat(alone.exitValue()).isZero();
    assertThat(Files.readAllLines(run.resolve("metrics.jsonl"))).hasSize(2 * EPOCHS);
  }

  @Test
  void ranksEndWithAStateToGoOnFrom_whenWhoStartedThemIsKilled() throws Exception {
    Path run = folder.resolve("run");
    Process launcher =
        new ProcessBuilder(graft(run, "--epochs", 1000, "--nproc", 2))
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    Path checkpoints = run.resolve("checkpoints");
    while (launcher.isAlive() && (!Files.isDirectory(checkpoints) || isEmpty(checkpoints))) {
      Thread.sleep(5);
    }
    List<ProcessHandle> ranks = launcher.descendants().toList();
    assertThat(ranks).hasSize(2);
    launcher.destroyForcibly();
    for (ProcessHandle rank : ranks) {
      rank.onExit().get(60, TimeUnit.SECONDS);
    }
    assertThat(isEmpty(checkpoints)).isFalse();
    assertThat(run.resolve(".lock")).doesNotExist();
  }

  private static boolean isEmpty(Path directory) throws IOException {
    try (var files = Files.list(directory)) {
      return files.noneMatch(file -> file.toString().endsWith(".safetensors"));
    }
  }
}
