package dev.graft.train;

import dev.graft.data.Batch;
import dev.graft.data.DataLoader;
import dev.graft.data.Sample;
import dev.graft.model.Classifier;
import dev.graft.model.Inference;
import dev.graft.torch.Device;
import dev.graft.torch.Precision;
import dev.graft.torch.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/** Runs a classifier over labelled images. */
public final class Evaluator {
  private Evaluator() {}

  /**
   * Evaluates.
   *
   * @param classifier copied for evaluation, and left as it is
   * @param loader evaluation batches whose labels are the classifier's class indices
   * @param device where the classifier is
   * @param precision what it computes in
   * @param stop asked after every batch
   * @return answers, loss and what follows from them
   * @throws CancellationException if it was asked to stop
   */
  public static Evaluation evaluate(
      Classifier classifier,
      DataLoader loader,
      Device device,
      Precision precision,
      BooleanSupplier stop) {
    List<Evaluation.Answer> answers = new ArrayList<>();
    double[] lossSum = {0};
    try (Inference network = classifier.inference(precision)) {
      EvaluationPass.run(
          network,
          loader,
          device,
          (batch, logits, loss) -> {
            lossSum[0] += loss.item() * batch.size();
            addAnswers(answers, batch, logits);
            if (stop.getAsBoolean()) {
              throw new CancellationException("Stopped as asked.");
            }
          });
    }
    return new Evaluation(classifier.classes(), lossSum[0] / answers.size(), answers);
  }

  private static void addAnswers(List<Evaluation.Answer> answers, Batch batch, Tensor logits) {
    try (Tensor softmax = logits.softmax(1)) {
      float[] probabilities = softmax.toFloatArray();
      int classes = probabilities.length / batch.size();
      Top5 top5 = Top5.of(logits);
      for (int row = 0; row < batch.size(); row++) {
        int best = 0;
        for (int c = 1; c < classes; c++) {
          if (probabilities[row * classes + c] > probabilities[row * classes + best]) {
            best = c;
          }
        }
        Sample sample = batch.samples().get(row);
        answers.add(
            new Evaluation.Answer(
                sample,
                best,
                probabilities[row * classes + best],
                top5.holds(row, sample.label())));
      }
    }
  }
}
