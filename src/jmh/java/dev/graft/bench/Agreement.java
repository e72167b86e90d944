package dev.graft.bench;

import java.util.Locale;

/** Decides whether two sides compute the same, before anyone compares their speed. */
sealed interface Agreement {
  /**
   * What came out.
   *
   * @param accepted whether they agree
   * @param text the difference, in words
   */
  record Verdict(boolean accepted, String text) {}

  /** Compares the answers of the two sides. */
  Verdict compare(float[] ours, float[] theirs);

  /**
   * The largest difference of two logits, as a share of the largest logit; where bfloat16 is
   * involved, the same winners besides.
   *
   * @param limit of that share
   * @param sameWinners whether each image must have the same best class
   * @param classes logits of one image
   */
  record Logits(double limit, boolean sameWinners, int classes) implements Agreement {
    /** Both sides in float32. */
    static Logits fp32() {
      return new Logits(1e-3, false, 2);
    }

    /** At least one side in bfloat16. */
    static Logits bf16() {
      return new Logits(0.05, true, 2);
    }

    @Override
    public Verdict compare(float[] ours, float[] theirs) {
      double difference = largestDifference(ours, theirs) / largest(theirs);
      int losers = sameWinners ? otherWinners(ours, theirs) : 0;
      return new Verdict(
          difference <= limit && losers == 0,
          String.format(
              Locale.ROOT,
              "logits differ by %.2g of the largest, allowed is %.2g%s",
              difference,
              limit,
              losers == 0 ? "" : "; other best class for " + losers + " images"));
    }

    private int otherWinners(float[] ours, float[] theirs) {
      int others = 0;
      for (int row = 0; row + classes <= ours.length; row += classes) {
        if (winner(ours, row) != winner(theirs, row)) {
          others++;
        }
      }
      return others;
    }

    private int winner(float[] logits, int row) {
      int best = row;
      for (int i = row; i < row + classes; i++) {
        if (logits[i] > logits[best]) {
          best = i;
        }
      }
      return best;
    }
  }

  /**
   * The largest difference of two pixels.
   *
   * @param greyLevels allowed
   */
  record Pixels(double greyLevels) implements Agreement {
    @Override
    public Verdict compare(float[] ours, float[] theirs) {
      double difference = largestDifference(ours, theirs);
      return new Verdict(
          difference <= greyLevels + 1e-3,
          String.format(
              Locale.ROOT,
              "pixels differ by %.3g grey levels, allowed is %.3g",
              difference,
              greyLevels));
    }
  }

  /** Nothing to compare: one side, or twice the same. */
  record Same() implements Agreement {
    @Override
    public Verdict compare(float[] ours, float[] theirs) {
      return new Verdict(true, "the same code on both sides");
    }
  }

  /** NaN where a value is no number or the lengths differ, so that no limit accepts it. */
  private static double largestDifference(float[] ours, float[] theirs) {
    if (ours.length != theirs.length || ours.length == 0) {
      return Double.NaN;
    }
    double largest = 0;
    for (int i = 0; i < ours.length; i++) {
      largest = Math.max(largest, Math.abs((double) ours[i] - theirs[i])); // NaN stays
    }
    return largest;
  }

  private static double largest(float[] values) {
    double largest = 0;
    for (float value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }
}
