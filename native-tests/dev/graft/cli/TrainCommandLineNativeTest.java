package dev.graft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.TinyWorld;
import dev.graft.report.TrainCommandLine;
import dev.graft.torch.Module;
import dev.graft.train.RunConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The command that a report gives has the run's settings. */
class TrainCommandLineNativeTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Options that decide no number, or what another setting tells. */
  private static final Set<String> FREE =
      Set.of(
          "--arch",
          "--cache-dir",
          "--cache-limit",
          "--checkpoints",
          "--checkpoint-minutes",
          "--nproc",
          "--rank-timeout",
          "--resume",
          "--overwrite",
          "--plain",
          "--quiet",
          "--json",
          "--help",
          "--version");

  private static final String MANY =
      "--val-split 0.2 --skip-unreadable --batch-size 7 --workers 0 --color-jitter 0.1,0.2"
          + " --memory-format contiguous --cache ram --cache-bound 300 --image-size 64 --head fc"
          + " --precision bf16 --epochs 9 --step-size 3 --gamma 0.3 --momentum 0.8 --dampening 0.1"
          + " --weight-decay 1e-4 --accumulate 2 --clip-grad-norm 1.5 --ema-decay 0.99"
          + " --label-smoothing 0.1 --class-weights balanced --cutmix 1 --patience 5 --seed=-5";
  private static final String UNFROZEN =
      "--freeze backbone --unfreeze-at 1 --freeze-batchnorm --epochs 3 --backbone-lr 1e-4"
          + " --optimizer adamw --lr 3e-4 --weight-decay 0.05 --schedule cosine --min-lr 1e-6"
          + " --warmup-epochs 1";
  private static final String PLATEAU =
      "--trainable fc.*,bn.* --schedule plateau --gamma 0.5 --plateau-patience 3 --min-lr 1e-5"
          + " --nesterov --class-weights 1,2,3.5 --lr 0.01 --rotation 15";
  private static final String FEATURES =
      "--freeze features --views 3 --mixup 0.2 --cache disk --schedule constant"
          + " --color-jitter 0,0,0,0.1";
  private static final String ADAMW = "--optimizer adamw --weight-decay 0";

  @TempDir private static Path folder;
  private static Path weights;

  @BeforeAll
  static void makeWeights() {
    weights = folder.resolve("it's tiny.pt");
    try (Module module = TinyWorld.network("fc")) {
      module.save(weights, Map.of());
    }
  }

  private static RunConfig parse(List<String> arguments) {
    var command = new TrainCommand(Interrupt.never());
    new CommandLine(command, new CommandFactory(Interrupt.never()))
        .setCaseInsensitiveEnumValuesAllowed(true)
        .parseArgs(arguments.toArray(String[]::new));
    return command.config();
  }

  private static JsonNode json(RunConfig config) throws JsonProcessingException {
    return JSON.readTree(JSON.writeValueAsString(config.toMap()));
  }

  private static RunConfig config(String options) {
    List<String> words = new ArrayList<>();
    words.addAll(List.of("--data=-odd @folder", "--weights", weights.toString(), "--out", "run"));
    Stream.of(options.split(" ")).filter(word -> !word.isEmpty()).forEach(words::add);
    return parse(words);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", MANY, UNFROZEN, PLATEAU, FEATURES, ADAMW})
  void hasTheRunsSettings(String options) throws JsonProcessingException {
    JsonNode asked = json(config(options));
    var again = TrainCommandLine.of(asked, "again");
    assertThat(again.inexpressible()).isEmpty();
    List<String> arguments = again.arguments();
    assertThat(arguments.get(0)).isEqualTo("train");
    assertThat(json(parse(arguments.subList(1, arguments.size())))).isEqualTo(asked);
  }

  /** Fails when a default of the command changes, or a setting is new and has none here. */
  @Test
  void usualSettingsAreLeftOut() throws JsonProcessingException {
    assertThat(names(TrainCommandLine.of(json(config("")), "again")))
        .containsExactlyInAnyOrder(
            "--data", "--weights", "--out", "--image-size", "--device", "--workers");
  }

  @Test
  void everyOptionThatDecidesANumberIsKnown() throws JsonProcessingException {
    Set<String> known = new TreeSet<>(FREE);
    for (String options : List.of(MANY, UNFROZEN, PLATEAU, FEATURES)) {
      known.addAll(names(TrainCommandLine.of(json(config(options)), "again")));
    }
    Set<String> there = new TreeSet<>();
    new CommandLine(new TrainCommand(Interrupt.never()), new CommandFactory(Interrupt.never()))
        .getCommandSpec()
        .options()
        .forEach(option -> there.add(option.longestName()));
    assertThat(known).containsAll(there);
  }

  @Test
  void whatNoOptionSaysIsTold() throws JsonProcessingException {
    JsonNode config =
        JSON.readTree("{\"optimizer\": \"adamw\", \"beta1\": 0.8, \"warmup-factor\": 0.01}");
    assertThat(TrainCommandLine.of(config, "again").inexpressible()).containsExactly("beta1 0.8");
  }

  private static Set<String> names(TrainCommandLine command) {
    Set<String> names = new TreeSet<>();
    command.options().forEach(words -> names.add(words.get(0).replaceFirst("=.*", "")));
    return names;
  }
}
