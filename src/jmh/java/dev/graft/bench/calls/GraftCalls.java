package dev.graft.bench.calls;

import dev.graft.model.Classifier;
import dev.graft.model.Freeze;
import dev.graft.torch.Autocast;
import dev.graft.torch.Device;
import dev.graft.torch.Functional;
import dev.graft.torch.GraphOptimization;
import dev.graft.torch.MemoryFormat;
import dev.graft.torch.NoGrad;
import dev.graft.torch.Optimizer;
import dev.graft.torch.ParameterGroup;
import dev.graft.torch.Precision;
import dev.graft.torch.SgdConfig;
import dev.graft.torch.Tensor;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;

/** The calls through graft's wrappers, as its training loop makes them. */
public final class GraftCalls implements NetworkCalls {
  private final Precision precision;
  private final Classifier classifier;
  private final Optimizer optimizer;
  private final Tensor images;
  private final Tensor labels;

  /**
   * Opens a model, the channels last.
   *
   * @param model a {@code model.pt} of two classes
   * @param precision what convolutions compute in
   * @param input the images, direct
   * @param batch how many
   */
  public GraftCalls(Path model, Precision precision, FloatBuffer input, int batch) {
    this.precision = precision;
    classifier = Classifier.load(model, Device.CPU);
    classifier.module().to(MemoryFormat.CHANNELS_LAST);
    classifier.freeze(Freeze.NONE);
    var everything = new ParameterGroup(classifier.trainableParameters(), 0.001);
    optimizer = SgdConfig.of(0.001).withMomentum(0.9).create(List.of(everything));
    try (Tensor rows = Tensor.ofBuffer(input, batch, 3, 224, 224)) {
      images = rows.to(MemoryFormat.CHANNELS_LAST);
    }
    labels = Tensor.copyOf(Labels.of(batch), batch);
  }

  @Override
  public void train() {
    classifier.train();
  }

  @Override
  public void eval() {
    classifier.eval();
  }

  @Override
  public long step() {
    try (GraphOptimization off = GraphOptimization.off()) {
      optimizer.zeroGrad();
      try (Tensor loss = loss()) {
        loss.backward();
        optimizer.step();
        return loss.numel();
      }
    }
  }

  private Tensor loss() {
    try (Autocast cast = Autocast.open(Device.CPU, precision);
        Tensor logits = classifier.forward(images)) {
      return Functional.crossEntropy(logits, labels);
    }
  }

  @Override
  public long infer() {
    try (NoGrad guard = NoGrad.open();
        Autocast cast = Autocast.open(Device.CPU, precision);
        Tensor logits = classifier.forward(images)) {
      return logits.numel();
    }
  }

  @Override
  public float[] logits() {
    classifier.eval();
    try (NoGrad guard = NoGrad.open();
        Autocast cast = Autocast.open(Device.CPU, precision);
        Tensor logits = classifier.forward(images)) {
      return logits.toFloatArray();
    }
  }

  @Override
  public void close() {
    labels.close();
    images.close();
    optimizer.close();
    classifier.close();
  }
}
