package dev.graft.bench.worker;

import dev.graft.model.Classifier;
import dev.graft.model.Freeze;
import dev.graft.torch.Autocast;
import dev.graft.torch.Device;
import dev.graft.torch.Functional;
import dev.graft.torch.GraphOptimization;
import dev.graft.torch.MemoryFormat;
import dev.graft.torch.Optimizer;
import dev.graft.torch.ParameterGroup;
import dev.graft.torch.Precision;
import dev.graft.torch.SgdConfig;
import dev.graft.torch.Tensor;
import java.util.List;

/** One training step through graft's wrappers, as its training loop does it, on fixed images. */
final class GraftStep implements Workload {
  private final Precision precision;
  private final Classifier classifier;
  private final Optimizer optimizer;
  private final Tensor images;
  private final Tensor labels;
  private final GraphOptimization off = GraphOptimization.off();

  GraftStep(Spec spec) {
    precision = spec.precision();
    classifier = Classifier.load(spec.path("model"), Device.CPU);
    classifier.module().to(MemoryFormat.CHANNELS_LAST);
    classifier.freeze(Freeze.NONE);
    var everything = new ParameterGroup(classifier.trainableParameters(), 0.001);
    optimizer = SgdConfig.of(0.001).withMomentum(0.9).create(List.of(everything));
    try (Tensor rows = Tensor.ofBuffer(spec.input(), spec.shape())) {
      images = rows.to(MemoryFormat.CHANNELS_LAST);
    }
    labels = Tensor.copyOf(spec.labels(), spec.number("batch"));
  }

  @Override
  public void prepare() {
    classifier.train();
  }

  @Override
  public void once() {
    optimizer.zeroGrad();
    try (Tensor loss = loss()) {
      loss.backward();
    }
    optimizer.step();
  }

  private Tensor loss() {
    try (Autocast cast = Autocast.open(Device.CPU, precision);
        Tensor logits = classifier.forward(images)) {
      return Functional.crossEntropy(logits, labels);
    }
  }

  @Override
  public float[] answer() {
    return GraftForward.logits(classifier, images, precision);
  }

  @Override
  public void close() {
    off.close();
    labels.close();
    images.close();
    optimizer.close();
    classifier.close();
  }
}
