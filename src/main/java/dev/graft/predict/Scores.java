package dev.graft.predict;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Probabilities of logits. */
final class Scores {
  private Scores() {}

  /** Softmax, the most probable class first; classes of the same probability keep their order. */
  static List<Prediction.Score> of(float[] logits, List<String> classes) {
    double largest = Double.NEGATIVE_INFINITY;
    for (float logit : logits) {
      largest = Math.max(largest, logit);
    }
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp(logit - largest);
    }
    List<Prediction.Score> scores = new ArrayList<>(logits.length);
    for (int i = 0; i < logits.length; i++) {
      scores.add(new Prediction.Score(classes.get(i), Math.exp(logits[i] - largest) / sum));
    }
    scores.sort(Comparator.comparingDouble(Prediction.Score::probability).reversed());
    return scores;
  }
}
