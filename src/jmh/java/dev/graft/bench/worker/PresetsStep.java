package dev.graft.bench.worker;

import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.SGD;
import org.bytedeco.pytorch.SGDOptions;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** One training step by the raw presets, in the plainest loop that frees its memory. */
final class PresetsStep implements Workload {
  private final PointerScope scope = new PointerScope();
  private final PresetsNetwork network;
  private final Tensor labels;
  private final SGD optimizer;

  PresetsStep(Spec spec) {
    network = new PresetsNetwork(spec);
    labels =
        torch
            .from_blob(
                new LongPointer(spec.labels()),
                new long[] {spec.number("batch")},
                new TensorOptions(ScalarType.Long))
            .clone();
    var parameters = new TensorVector();
    var all = network.module.parameters();
    for (var it = all.begin(); it.notEquals(all.end()); it.increment()) {
      parameters.push_back(it.access());
    }
    var options = new SGDOptions(0.001);
    options.momentum().put(0.9);
    optimizer = new SGD(parameters, options);
    torch.setGraphExecutorOptimize(false); // as in graft's training loop
  }

  @Override
  public void prepare() {
    network.module.train(true);
  }

  @Override
  public void once() {
    try (PointerScope step = new PointerScope()) {
      optimizer.zero_grad();
      network.beginCast();
      Tensor loss = torch.cross_entropy(network.forward(), labels);
      network.endCast();
      loss.backward();
      optimizer.step();
    }
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
