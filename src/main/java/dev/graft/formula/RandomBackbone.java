package dev.graft.formula;

import dev.graft.model.Architecture;
import dev.graft.model.Pretrained;
import dev.graft.model.StateDictExport;
import dev.graft.torch.Module;
import java.nio.file.Path;

/** What learning from scratch starts from: the embedded backbone's network with random weights. */
final class RandomBackbone {
  private static final Architecture ARCHITECTURE = Architecture.RESNET18_W16;

  /** The head is replaced anyway. */
  private static final int CLASSES = 2;

  private RandomBackbone() {}

  /** Writes it as safetensors; the same seed gives the same bytes. */
  static Pretrained write(Path file, long seed) {
    try (Module module = ARCHITECTURE.build(CLASSES, seed)) {
      StateDictExport.write(module, file, StateDictExport.Format.SAFETENSORS);
    }
    return Pretrained.of(file, ARCHITECTURE);
  }
}
