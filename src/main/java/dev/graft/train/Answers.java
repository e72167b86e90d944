package dev.graft.train;

import dev.graft.data.Batch;
import dev.graft.data.Sample;
import dev.graft.torch.Tensor;
import java.util.ArrayList;
import java.util.List;

/** What logits say of each image of a batch. */
final class Answers {
  private Answers() {}

  /** Reads logits [N, classes], which it only borrows; the answers come in the batch's order. */
  static List<Evaluation.Answer> of(Batch batch, Tensor logits) {
    try (Tensor softmax = logits.softmax(1)) {
      float[] scores = logits.toFloatArray();
      float[] probabilities = softmax.toFloatArray();
      int classes = probabilities.length / batch.size();
      Top5 top5 = Top5.of(logits);
      List<Evaluation.Answer> answers = new ArrayList<>(batch.size());
      for (int row = 0; row < batch.size(); row++) {
        Sample sample = batch.samples().get(row);
        int first = row * classes;
        int best = largest(probabilities, first, classes);
        answers.add(
            new Evaluation.Answer(
                sample,
                best - first,
                probabilities[best],
                logSumExp(scores, first, classes) - scores[first + sample.label()],
                top5.holds(row, sample.label())));
      }
      return answers;
    }
  }

  private static int largest(float[] values, int first, int count) {
    int largest = first;
    for (int i = first + 1; i < first + count; i++) {
      if (values[i] > values[largest]) {
        largest = i;
      }
    }
    return largest;
  }

  /** In double precision: an image that is told right has a loss far below a float's step at 1. */
  private static double logSumExp(float[] scores, int first, int count) {
    double largest = scores[largest(scores, first, count)];
    double sum = 0;
    for (int i = first; i < first + count; i++) {
      sum += Math.exp(scores[i] - largest);
    }
    return largest + Math.log(sum);
  }
}
