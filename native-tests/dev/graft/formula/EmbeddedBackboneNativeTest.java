package dev.graft.formula;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.graft.data.Batch;
import dev.graft.data.Batches;
import dev.graft.data.DataLoader;
import dev.graft.data.ImageFolders;
import dev.graft.data.LoaderConfig;
import dev.graft.model.Architecture;
import dev.graft.model.ModelException;
import dev.graft.model.Pretrained;
import dev.graft.torch.DType;
import dev.graft.torch.Module;
import dev.graft.torch.NoGrad;
import dev.graft.torch.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That the file in the jar is the network that the documentation tells of. */
class EmbeddedBackboneNativeTest {
  /** What graft pretrain printed when it made the file; scripts/make-backbone. */
  private static final double ACCURACY = 0.525;

  private static final int CLASSES = 300;

  private static Pretrained find(Architecture architecture) {
    return Pretrained.find("embedded", architecture, (bytes, total) -> {}, () -> false);
  }

  @Test
  void isFoundByItsName_andFitsItsArchitectureAlone() {
    Pretrained weights = find(null);
    assertThat(weights).hasToString("embedded");
    assertThat(weights.architecture()).contains(Architecture.RESNET18_W16);
    assertThat(weights.preprocessing()).isEqualTo(Architecture.RESNET18_W16.preprocessing());
    assertThat(weights.preprocessing().imageSize()).isEqualTo(96);
    assertThat(find(Architecture.RESNET18_W16).file()).isEqualTo(weights.file());
    assertThatThrownBy(() -> find(Architecture.RESNET18))
        .isInstanceOf(ModelException.class)
        .hasMessageContainingAll("as resnet18", "It fits resnet18_w16");
  }

  @Test
  void opensWithoutANote_inFloat32() {
    List<String> notes = new ArrayList<>();
    try (Module module = Pretrained.embedded().open(notes::add)) {
      assertThat(module.namedParameters().values())
          .allMatch(parameter -> parameter.dtype() == DType.FLOAT32);
    }
    assertThat(notes).isEmpty();
  }

  /** One picture a class that pretraining validated with, none that it trained on. */
  @Test
  void tellsTheClassesThatItLearned(@TempDir Path folder) throws IOException {
    DrawnClasses.forPretraining(CLASSES, 0).write(folder, 0, 1, () -> false);
    Pretrained weights = Pretrained.embedded();
    long right;
    try (Module module = weights.open(note -> {});
        NoGrad guard = NoGrad.open();
        var loader =
            new DataLoader(
                ImageFolders.openSplit(folder, "val"),
                weights.preprocessing(),
                DataLoader.Mode.EVAL,
                LoaderConfig.defaults().withBatchSize(CLASSES));
        Batches batches = loader.epoch(0);
        Batch batch = batches.next();
        Tensor logits = module.forward(batch.inputs());
        Tensor answers = logits.argmax(1)) {
      assertThat(logits.shape()).containsExactly(CLASSES, CLASSES);
      long[] labels = batch.labels().toLongArray();
      long[] answered = answers.toLongArray();
      right = IntStream.range(0, CLASSES).filter(i -> answered[i] == labels[i]).count();
    }
    assertThat(right / (double) CLASSES).isCloseTo(ACCURACY, within(0.05));
  }
}
