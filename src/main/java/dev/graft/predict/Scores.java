package dev.graft.predict;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Probabilities of logits. */
final class Scores {
  private Scores() {}

  /** Probabilities in the order of the logits. */
  static double[] softmax(float[] logits) {
    double largest = Double.NEGATIVE_INFINITY;
    for (float logit : logits) {
      largest = Math.max(largest, logit);
    }
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp(logit - largest);
    }
    double[] probabilities = new double[logits.length];
    for (int i = 0; i < logits.length; i++) {
      probabilities[i] = Math.exp(logits[i] - largest) / sum;
    }
    return probabilities;
  }

  /** Softmax, the most probable class first; classes of the same probability keep their order. */
  static List<Prediction.Score> of(float[] logits, List<String> classes) {
    double[] probabilities = softmax(logits);
    List<Prediction.Score> scores = new ArrayList<>(logits.length);
    for (int i = 0; i < logits.length; i++) {
      scores.add(new Prediction.Score(classes.get(i), probabilities[i]));
    }
    scores.sort(Comparator.comparingDouble(Prediction.Score::probability).reversed());
    return scores;
  }
}
