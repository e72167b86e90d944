package dev.graft.train;

import dev.graft.data.Sample;
import java.util.List;
import java.util.OptionalDouble;

/**
 * How a classifier does on labelled images.
 *
 * @param classes names by index
 * @param loss mean cross-entropy
 * @param answers one for each image, in the data's order
 */
public record Evaluation(List<String> classes, double loss, List<Answer> answers) {
  /**
   * Copies the lists.
   *
   * @param classes names by index
   * @param loss mean cross-entropy
   * @param answers one for each image, in the data's order
   */
  public Evaluation {
    classes = List.copyOf(classes);
    answers = List.copyOf(answers);
  }

  /**
   * One image's answer.
   *
   * @param sample the image and its label
   * @param predicted the class with the largest probability
   * @param probability that class's, 0 to 1
   * @param loss cross-entropy of the image in nats: minus the logarithm of its label's probability
   * @param inTop5 whether the label is among the five largest logits; true if there are no more
   *     than five classes
   */
  public record Answer(
      Sample sample, int predicted, double probability, double loss, boolean inTop5) {
    /**
     * Tells whether the answer is right.
     *
     * @return true if the predicted class is the label
     */
    public boolean correct() {
      return predicted == sample.label();
    }

    /**
     * Returns the probability of the image's own class.
     *
     * @return 0 to 1
     */
    public double labelProbability() {
      return Math.exp(-loss);
    }
  }

  /**
   * Counts images by label and answer.
   *
   * @return a new [label][predicted] matrix
   */
  public int[][] confusion() {
    int[][] counts = new int[classes.size()][classes.size()];
    for (Answer answer : answers) {
      counts[answer.sample().label()][answer.predicted()]++;
    }
    return counts;
  }

  /**
   * Counts right answers.
   *
   * @return 0 to the number of images
   */
  public int correct() {
    return (int) answers.stream().filter(Answer::correct).count();
  }

  /**
   * Returns the share of right answers.
   *
   * @return 0 to 1
   */
  public double accuracy() {
    return (double) correct() / answers.size();
  }

  /**
   * Counts the images whose label is among the five largest logits.
   *
   * @return {@link #correct} to the number of images
   */
  public int top5Correct() {
    return (int) answers.stream().filter(Answer::inTop5).count();
  }

  /**
   * Returns the share of images whose label is among the five largest logits, as is usual for
   * ImageNet. Of equal logits at the fifth place PyTorch's {@code topk} chooses.
   *
   * @return 0 to 1; empty if there are no more than five classes, where it would be 1
   */
  public OptionalDouble top5Accuracy() {
    return classes.size() > Top5.COUNT
        ? OptionalDouble.of((double) top5Correct() / answers.size())
        : OptionalDouble.empty();
  }

  /**
   * Returns the share of right answers among those that name the class.
   *
   * @param label class index
   * @return 0 to 1; 0 if no answer names it
   */
  public double precision(int label) {
    long named = answers.stream().filter(a -> a.predicted() == label).count();
    return named == 0 ? 0 : (double) hits(label) / named;
  }

  /**
   * Returns the share of the class's images that are answered right.
   *
   * @param label class index
   * @return 0 to 1; 0 if there is no such image
   */
  public double recall(int label) {
    return support(label) == 0 ? 0 : (double) hits(label) / support(label);
  }

  /**
   * Counts the images of a class.
   *
   * @param label class index
   * @return 0 or more
   */
  public int support(int label) {
    return (int) answers.stream().filter(a -> a.sample().label() == label).count();
  }

  private long hits(int label) {
    return answers.stream().filter(a -> a.correct() && a.predicted() == label).count();
  }
}
