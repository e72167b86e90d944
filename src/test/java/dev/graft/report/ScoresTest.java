package dev.graft.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.graft.data.Sample;
import dev.graft.train.Evaluation;
import dev.graft.train.Evaluation.Answer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Numbers by hand, from papers and from scikit-learn's documentation. */
class ScoresTest {
  private static final Offset<Double> EXACT = within(1e-12);

  private static Answer answer(int i, int label, int predicted, double probability) {
    double own = label == predicted ? probability : (1 - probability);
    return new Answer(
        new Sample(Path.of(i + ".jpg"), label), predicted, probability, -Math.log(own), true);
  }

  private static Evaluation evaluation(int[] labels, int[] predicted, double... probabilities) {
    List<Answer> answers = new ArrayList<>();
    for (int i = 0; i < labels.length; i++) {
      double probability = probabilities.length == 0 ? 0.9 : probabilities[i];
      answers.add(answer(i, labels[i], predicted[i], probability));
    }
    return new Evaluation(List.of("a", "b", "c"), 0.5, answers);
  }

  /** The example of scikit-learn's classification_report. */
  @Test
  void precisionRecallAndF1_areScikitLearns() {
    ClassScores scores =
        ClassScores.of(evaluation(new int[] {0, 1, 2, 2, 2}, new int[] {0, 0, 2, 2, 1}));
    assertThat(scores.classes())
        .extracting(ClassScores.Row::precision)
        .containsExactly(0.5, 0.0, 1.0);
    assertThat(scores.classes())
        .extracting(ClassScores.Row::recall)
        .containsExactly(1.0, 0.0, 2.0 / 3);
    assertThat(scores.classes().get(2).f1()).isCloseTo(0.8, EXACT);
    assertThat(scores.macro(ClassScores.Row::precision)).isCloseTo(0.5, EXACT);
    assertThat(scores.macro(ClassScores.Row::f1)).isCloseTo((2.0 / 3 + 0.8) / 3, EXACT);
    assertThat(scores.weighted(ClassScores.Row::precision)).isCloseTo(0.7, EXACT);
    assertThat(scores.weighted(ClassScores.Row::f1)).isCloseTo((2.0 / 3 + 2.4) / 5, EXACT);
  }

  /** As scikit-learn, whose labels are those that occur. */
  @Test
  void aClassThatNeverOccurs_isNoPartOfTheMacroAverage() {
    ClassScores scores = ClassScores.of(evaluation(new int[] {0, 0, 1}, new int[] {0, 0, 0}));
    assertThat(scores.macro(ClassScores.Row::recall)).isCloseTo(0.5, EXACT);
    assertThat(scores.macro(ClassScores.Row::precision)).isCloseTo(1.0 / 3, EXACT);
  }

  /** The example of scikit-learn's roc_auc_score and average_precision_score. */
  @Test
  void areaAndAveragePrecision_areScikitLearns() {
    Ranking ranking =
        Ranking.of(new double[] {0.1, 0.4, 0.35, 0.8}, new boolean[] {false, false, true, true})
            .orElseThrow();
    assertThat(ranking.rocAuc()).isCloseTo(0.75, EXACT);
    assertThat(ranking.averagePrecision()).isCloseTo(0.5 + 0.5 * 2 / 3, EXACT);
  }

  @Test
  void equalScoresCountHalf_inWhateverOrderTheyCome() {
    boolean[] positives = {true, false, false, true, false};
    Ranking equal = Ranking.of(new double[5], positives).orElseThrow();
    assertThat(equal.rocAuc()).isCloseTo(0.5, EXACT);
    assertThat(equal.averagePrecision()).isCloseTo(0.4, EXACT);
    double[] scores = {2, 2, 1, 1, 0};
    // Pairs of (positive, negative): 2 wins + a tie of the first, 1 win + a tie of the other.
    assertThat(Ranking.of(scores, positives).orElseThrow().rocAuc()).isCloseTo(4.0 / 6, EXACT);
  }

  @Test
  void oneClassAlone_hasNoCurve() {
    assertThat(Ranking.of(new double[] {1, 2}, new boolean[] {true, true})).isEmpty();
    assertThat(Ranking.of(evaluation(new int[0], new int[0]), 1)).isEmpty();
  }

  /** Beyond 0.9999999 a probability in single precision is 1; the loss tells more. */
  @Test
  void odds_tellApartWhatProbabilitiesDoNot() {
    assertThat(Ranking.logOdds(Math.log(2))).isCloseTo(0, EXACT);
    assertThat(Ranking.logOdds(-Math.log(0.9))).isCloseTo(Math.log(9), EXACT);
    assertThat(Ranking.logOdds(1e-12)).isGreaterThan(Ranking.logOdds(1e-11));
    assertThat(Ranking.logOdds(800)).isEqualTo(-800);
    assertThat(Ranking.logOdds(0)).isEqualTo(Double.POSITIVE_INFINITY);
  }

  @Test
  void calibrationError_isTheBinsMeanGap() {
    int[] labels = {0, 0, 0, 1};
    int[] predicted = {0, 0, 1, 1};
    // (14/15, 1]: two answers, both right; (8/15, 9/15]: two answers, one right.
    Calibration calibration = Calibration.of(evaluation(labels, predicted, 0.95, 1.0, 0.6, 0.55));
    assertThat(calibration.bins()).hasSize(15);
    assertThat(calibration.bins().get(14).images()).isEqualTo(2);
    assertThat(calibration.bins().get(8).images()).isEqualTo(2);
    assertThat(calibration.ece()).isCloseTo(0.5 * 0.025 + 0.5 * 0.075, within(1e-9));
    assertThat(calibration.confidence()).isCloseTo(0.775, within(1e-9));
  }

  /** 81 of 263: 0.2553 to 0.3662 (Newcombe 1998, Two-sided confidence intervals, table I). */
  @Test
  void wilsonInterval_isThePapers() {
    Interval interval = Interval.wilson(81, 263);
    assertThat(interval.low()).isCloseTo(0.2553, within(5e-5));
    assertThat(interval.high()).isCloseTo(0.3662, within(5e-5));
    assertThat(Interval.wilson(0, 10).low()).isZero();
    assertThat(Interval.wilson(10, 10).high()).isCloseTo(1, EXACT);
    assertThat(Interval.wilson(0, 0)).isEqualTo(new Interval(0, 1));
  }

  @Test
  void mcNemarsTest_isTheExactBinomial() {
    assertThat(new McNemar(0, 6).pValue()).isCloseTo(2.0 / 64, EXACT);
    assertThat(new McNemar(5, 2).pValue()).isCloseTo(2 * (1 + 7 + 21) / 128.0, EXACT);
    assertThat(new McNemar(3, 3).pValue()).isEqualTo(1);
    assertThat(new McNemar(0, 0).pValue()).isEqualTo(1);
    assertThat(new McNemar(5000, 5200).pValue()).isBetween(0.04, 0.06); // normal: 0.0485
  }

  @Test
  void mcNemarsTest_needsTheSameImagesAndClasses() {
    Evaluation first = evaluation(new int[] {0, 1, 2}, new int[] {0, 0, 2});
    Evaluation second = evaluation(new int[] {0, 1, 2}, new int[] {1, 1, 2});
    assertThat(McNemar.of(first, second)).contains(new McNemar(1, 1));
    assertThat(McNemar.of(first, evaluation(new int[] {0, 2, 2}, new int[] {0, 2, 2}))).isEmpty();
    assertThat(McNemar.of(first, evaluation(new int[] {0, 1}, new int[] {0, 1}))).isEmpty();
  }

  @Test
  void hardImages_areTheLargestLossesAndTheSurestMistakes() {
    int[] labels = {0, 0, 0, 0};
    HardImages hard =
        HardImages.of(evaluation(labels, new int[] {0, 1, 2, 0}, 0.3, 0.6, 0.9, 0.99));
    assertThat(hard.losses())
        .extracting(answer -> answer.sample().path().toString())
        .containsExactly("2.jpg", "0.jpg", "1.jpg", "3.jpg");
    assertThat(hard.mistakes())
        .extracting(answer -> answer.sample().path().toString())
        .containsExactly("2.jpg", "1.jpg");
  }
}
