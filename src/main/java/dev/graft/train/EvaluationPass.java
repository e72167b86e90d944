package dev.graft.train;

import dev.graft.data.Batch;
import dev.graft.data.Batches;
import dev.graft.data.DataLoader;
import dev.graft.model.Inference;
import dev.graft.torch.Device;
import dev.graft.torch.Functional;
import dev.graft.torch.NoGrad;
import dev.graft.torch.Tensor;

/** A pass over images in evaluation mode, without gradients. */
final class EvaluationPass {
  private EvaluationPass() {}

  /**
   * Takes in each batch with its logits [N, classes] and its mean cross-entropy, a scalar; false
   * ends the pass.
   */
  interface Consumer {
    boolean accept(Batch batch, Tensor logits, Tensor loss);
  }

  /** Runs a network over the loader's evaluation batches. */
  static void run(Inference network, DataLoader loader, Device device, Consumer consumer) {
    try (NoGrad guard = NoGrad.open();
        Batches batches = loader.epoch(0)) {
      boolean goesOn = true;
      while (goesOn && batches.hasNext()) {
        try (Batch batch = batches.next();
            Tensor inputs = batch.inputs().to(device);
            Tensor labels = batch.labels().to(device);
            Tensor logits = network.forward(inputs);
            Tensor loss = Functional.crossEntropy(logits, labels)) {
          goesOn = consumer.accept(batch, logits, loss);
        }
      }
    }
  }
}
