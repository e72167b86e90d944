package dev.graft.bench.worker;

import dev.graft.model.Classifier;
import dev.graft.model.GraftConfig;
import dev.graft.model.Provenance;
import dev.graft.torch.Device;

/**
 * Writes the TorchScript file that every side starts from: the weights with a new head of two
 * classes.
 */
final class ModelWriting implements Workload {
  private final Spec spec;

  ModelWriting(Spec spec) {
    this.spec = spec;
  }

  @Override
  public void once() {
    GraftConfig config = GraftConfig.of(Spec.CLASSES);
    try (Classifier classifier = Classifier.graft(spec.path("weights"), Device.CPU, config)) {
      classifier.save(spec.path("model"), Provenance.none());
    }
  }

  @Override
  public float[] answer() {
    throw new UnsupportedOperationException("Writing a file has no answer.");
  }
}
