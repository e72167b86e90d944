package dev.graft.predict;

import java.util.List;

/**
 * What a classifier says about one image.
 *
 * @param scores every class with its probability, the most probable first
 * @param version the model that answered, as {@link Predictor#version()} names it
 * @param timing where the time went
 */
public record Prediction(List<Score> scores, String version, Timing timing) {
  /**
   * Copies the list.
   *
   * @param scores every class with its probability, the most probable first
   * @param version the model that answered
   * @param timing where the time went
   */
  public Prediction {
    scores = List.copyOf(scores);
  }

  /**
   * One class.
   *
   * @param label the class's name
   * @param probability 0 to 1; the probabilities of all classes add up to 1
   */
  public record Score(String label, double probability) {}

  /**
   * Returns the most probable class.
   *
   * @return its name and probability
   */
  public Score best() {
    return scores.get(0);
  }
}
