package dev.graft.predict;

import dev.graft.model.Card;

/**
 * Everything that a model gives for one image: features, logits, and which model it was. Immutable.
 */
public final class Outputs {
  private final float[] features;
  private final float[] logits;
  private final LoadedModel.Facts model;
  private final Timing timing;

  Outputs(float[] features, float[] logits, LoadedModel.Facts model, Timing timing) {
    this.features = features;
    this.logits = logits;
    this.model = model;
    this.timing = timing;
  }

  /**
   * Returns what the head saw.
   *
   * @return a copy, as many values as the head takes, 512 for a ResNet-18
   */
  public float[] features() {
    return features.clone();
  }

  /**
   * Returns what the head said.
   *
   * @return a copy, one value a class in the order of {@link #card()}'s classes
   */
  public float[] logits() {
    return logits.clone();
  }

  /**
   * Works out the probabilities, by softmax.
   *
   * @return a new array, one value a class in the order of {@link #card()}'s classes
   */
  public double[] probabilities() {
    return Scores.softmax(logits);
  }

  /**
   * Puts the classes in order.
   *
   * @return every class with its probability
   */
  public Prediction prediction() {
    return new Prediction(Scores.of(logits, card().classes()), version(), timing);
  }

  /**
   * Describes the model that answered.
   *
   * @return its classes, head and preprocessing
   */
  public Card card() {
    return model.card();
  }

  /**
   * Names the model that answered.
   *
   * @return as {@link Predictor#version()} did when it answered
   */
  public String version() {
    return model.version();
  }

  /**
   * Tells where the time went.
   *
   * @return the parts of the call
   */
  public Timing timing() {
    return timing;
  }
}
