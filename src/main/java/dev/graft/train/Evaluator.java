package dev.graft.train;

import dev.graft.data.DataLoader;
import dev.graft.model.Classifier;
import dev.graft.model.Inference;
import dev.graft.torch.Device;
import dev.graft.torch.Precision;
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
    return evaluate(classifier, loader, device, precision, event -> {}, stop);
  }

  /**
   * Evaluates, and tells how far it is.
   *
   * @param classifier copied for evaluation, and left as it is
   * @param loader evaluation batches whose labels are the classifier's class indices
   * @param device where the classifier is
   * @param precision what it computes in
   * @param listener told of each batch, as of epoch 0 and phase val
   * @param stop asked after every batch
   * @return answers, loss and what follows from them
   * @throws CancellationException if it was asked to stop
   */
  public static Evaluation evaluate(
      Classifier classifier,
      DataLoader loader,
      Device device,
      Precision precision,
      TrainingListener listener,
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
            answers.addAll(Answers.of(batch, logits));
            listener.on(
                new TrainingEvent.BatchFinished(
                    0, Phase.VAL, answers.size(), loader.size(), lossSum[0] / answers.size()));
            if (stop.getAsBoolean()) {
              throw new CancellationException("Stopped as asked.");
            }
            return true;
          });
    }
    return new Evaluation(classifier.classes(), lossSum[0] / answers.size(), answers);
  }
}
