package dev.graft.formula;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.model.Architecture;
import dev.graft.model.Pretrained;
import dev.graft.torch.Module;
import dev.graft.train.RunConfig;
import dev.graft.train.RunConfig.Existing;
import dev.graft.train.RunException;
import dev.graft.train.TrainingRun;
import dev.graft.weights.StateDictFile;
import dev.graft.weights.StoredType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PretrainingNativeTest {
  @TempDir private Path folder;

  private static Pretraining.Backbone pretrain(Pretraining job) throws IOException {
    job.draw(Existing.REFUSE, () -> false);
    new TrainingRun(job.runConfig(Existing.REFUSE), event -> {}, () -> false).execute();
    return job.writeBackbone(() -> false);
  }

  @Test
  void writesABackboneThatFits_theSameBytesEachTime() throws IOException {
    var job = new Pretraining(folder.resolve("a"), 5, 3, 10, 2);
    Pretraining.Backbone backbone = pretrain(job);
    assertThat(backbone.accuracy()).isBetween(0.0, 1.0);
    assertThat(backbone.roundedAccuracy()).isBetween(0.0, 1.0);
    try (var state = StateDictFile.read(backbone.file())) {
      assertThat(state.tensors().get("conv1.weight").type()).isEqualTo(StoredType.FLOAT16);
      assertThat(state.tensors().get("fc.weight").shape()).containsExactly(3L, 128L);
    }
    Pretrained weights = Pretrained.of(backbone.file());
    assertThat(weights.architecture()).contains(Architecture.RESNET18_W16);
    assertThat(weights.preprocessing().imageSize()).isEqualTo(96);
    try (Module module = weights.open(note -> {})) {
      assertThat(module.isTraining()).isFalse();
    }
    assertThat(pretrain(new Pretraining(folder.resolve("b"), 5, 3, 10, 2)).file())
        .hasSameBinaryContentAs(backbone.file());
  }

  @Test
  void aRunThatIsThereIsNotDrawnOver() throws IOException {
    var job = new Pretraining(folder, 0, 2, 1, 2);
    Files.createDirectories(job.run());
    Files.writeString(job.run().resolve("model.pt"), "mine");
    assertThatThrownBy(() -> job.draw(Existing.REFUSE, () -> false))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("holds a run already");
    assertThat(folder)
        .isDirectoryNotContaining(file -> file.getFileName().toString().contains("images"));
  }

  @Test
  void theTrialsRunsDifferInTheirWeightsAlone() {
    var trial = new TransferTrial(folder, 3);
    RunConfig scratch = trial.fromScratch();
    RunConfig transfer = trial.byTransfer();
    Map<String, Object> settings = scratch.toMap();
    assertThat(settings.put("weights", transfer.weights().toString()))
        .isEqualTo(folder.resolve("random.safetensors").toString());
    assertThat(transfer.toMap()).isEqualTo(settings);
    assertThat(transfer.weights()).hasToString("embedded");
    assertThat(scratch.weights().architecture()).isEqualTo(transfer.weights().architecture());
    assertThat(scratch.weights().preprocessing()).isEqualTo(transfer.weights().preprocessing());
    assertThat(scratch.out()).isNotEqualTo(transfer.out());
  }
}
