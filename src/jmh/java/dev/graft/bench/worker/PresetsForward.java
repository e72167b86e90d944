package dev.graft.bench.worker;

import org.bytedeco.javacpp.PointerScope;

/** A forward pass in evaluation mode by the raw presets. */
final class PresetsForward implements Workload {
  private final PointerScope scope = new PointerScope();
  private final PresetsNetwork network;

  PresetsForward(Spec spec) {
    network = new PresetsNetwork(spec);
    network.module.eval();
  }

  @Override
  public void once() {
    network.infer();
  }

  @Override
  public float[] answer() {
    return network.logits();
  }

  @Override
  public void close() {
    scope.close();
  }
}
