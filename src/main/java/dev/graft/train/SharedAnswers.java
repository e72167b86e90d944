package dev.graft.train;

import dev.graft.data.Batch;
import dev.graft.data.Sample;
import dev.graft.torch.Tensor;
import java.util.ArrayList;
import java.util.List;

/** The answers to all images, of which this rank gives its share. */
final class SharedAnswers {
  private static final int NUMBERS = 4;

  private final List<Sample> samples;
  private final double[] numbers;

  /** None yet. */
  SharedAnswers(List<Sample> samples) {
    this.samples = samples;
    this.numbers = new double[Math.multiplyExact(samples.size(), NUMBERS)];
  }

  /** Takes in the logits [N, classes] of a batch of the samples. */
  void add(Batch batch, Tensor logits) {
    List<Evaluation.Answer> answers = Answers.of(batch, logits);
    for (int i = 0; i < answers.size(); i++) {
      Evaluation.Answer answer = answers.get(i);
      int at = batch.indices().get(i) * NUMBERS;
      numbers[at] = answer.predicted();
      numbers[at + 1] = answer.probability();
      numbers[at + 2] = answer.loss();
      numbers[at + 3] = answer.inTop5() ? 1 : 0;
    }
  }

  /** The answers of all ranks, in the order of the samples. */
  List<Evaluation.Answer> all(Ranks ranks) {
    double[] sums = ranks.sum(numbers); // each is one rank's: the others have zeros there
    List<Evaluation.Answer> answers = new ArrayList<>(samples.size());
    for (int i = 0; i < samples.size(); i++) {
      int at = i * NUMBERS;
      answers.add(
          new Evaluation.Answer(
              samples.get(i), (int) sums[at], sums[at + 1], sums[at + 2], sums[at + 3] > 0));
    }
    return answers;
  }
}
