package dev.graft.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.graft.TinyWorld;
import dev.graft.data.LoaderConfig;
import dev.graft.model.Freeze;
import dev.graft.model.Freezing;
import dev.graft.model.Pretrained;
import dev.graft.torch.Module;
import dev.graft.torch.SgdConfig;
import dev.graft.train.RunConfig.CheckpointConfig;
import dev.graft.train.RunConfig.DataConfig;
import dev.graft.train.RunConfig.Existing;
import dev.graft.train.RunConfig.ModelConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordedRunNativeTest {
  @TempDir Path folder;
  private Path out;
  private final List<PhaseResult> phases = new ArrayList<>();

  @BeforeEach
  void run() throws IOException {
    Path data = TinyWorld.draw(folder.resolve("data"), 6, 4);
    TinyWorld.draw(folder.resolve("more"), 4, 4);
    Files.move(folder.resolve("more/val"), data.resolve("test"));
    Path weights = folder.resolve("tiny.pt");
    try (Module module = TinyWorld.network("fc")) {
      module.save(weights, Map.of());
    }
    out = folder.resolve("run");
    var config =
        new RunConfig(
            DataConfig.of(data),
            Pretrained.of(weights),
            out,
            new ModelConfig(Freezing.of(Freeze.NONE), 1, null, 32),
            LoaderConfig.defaults().withBatchSize(4),
            TrainingConfig.defaults().withEpochs(3).withOptimizer(SgdConfig.of(0.05)),
            CheckpointConfig.defaults(),
            Existing.REFUSE);
    new TrainingRun(
            config,
            event -> {
              if (event instanceof TrainingEvent.PhaseFinished finished) {
                phases.add(finished.result());
              }
            },
            () -> false)
        .execute();
  }

  @Test
  void tellsPhasesAndTheBestEpochsAnswers() {
    RecordedRun run = RecordedRun.read(out);

    assertThat(run.results())
        .usingRecursiveComparison()
        .ignoringFields("seconds")
        .isEqualTo(phases);
    PhaseResult best = run.best().orElseThrow();
    Evaluation validation = run.validation().orElseThrow();
    assertThat(validation.accuracy()).isEqualTo(best.accuracy());
    assertThat(validation.loss()).isCloseTo(best.loss(), within(1e-6));
    assertThat(validation.answers()).hasSize(best.images());
    assertThat(validation.answers())
        .allSatisfy(
            answer -> {
              assertThat(answer.sample().path()).exists();
              if (answer.correct()) {
                assertThat(answer.labelProbability()).isCloseTo(answer.probability(), within(1e-6));
              } else {
                assertThat(answer.labelProbability()).isLessThanOrEqualTo(answer.probability());
              }
            });
    assertThat(run.test().orElseThrow().accuracy())
        .isEqualTo(run.summary().orElseThrow().path("test_acc").asDouble());
  }

  @Test
  void refusesWhatIsNoRun_andWhatIsDamaged() throws IOException {
    assertThatThrownBy(() -> RecordedRun.read(folder))
        .isInstanceOf(RunException.class)
        .hasMessageContaining(folder.toString())
        .hasMessageContaining("holds no run");
    Files.writeString(out.resolve("validation.jsonl"), "{\"label\":\"neither\"}\n");
    assertThatThrownBy(() -> RecordedRun.read(out))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("validation.jsonl");
  }
}
