package dev.graft.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FunctionalNativeTest {
  private static Tensor float64(double[] values, long... shape) {
    ByteBuffer bytes = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asDoubleBuffer().put(values);
    return Tensor.copyOf(bytes, DType.FLOAT64, shape);
  }

  /** All twelve cases: class indices or probabilities, weighted or not, smoothed or not. */
  @ParameterizedTest
  @CsvSource({
    "labels, false, 0.0",
    "labels, false, 0.1",
    "labels, false, 1.0",
    "labels, true, 0.0",
    "labels, true, 0.1",
    "labels, true, 1.0",
    "soft, false, 0.0",
    "soft, false, 0.1",
    "soft, false, 1.0",
    "soft, true, 0.0",
    "soft, true, 0.1",
    "soft, true, 1.0"
  })
  void crossEntropyAndItsGradientArePythons(String target, boolean weighted, double smoothing) {
    JsonNode python = References.read("cross-entropy");
    double[] expected = References.doubles(python.get(target + " " + weighted + " " + smoothing));
    long[] indices = References.longs(python.get("labels"));
    long n = indices.length;
    long c = python.get("classes").longValue();
    try (Tensor logits = float64(References.doubles(python.get("logits")), n, c);
        Tensor weight = float64(References.doubles(python.get("weight")), c);
        Tensor labels = Tensor.copyOf(indices, n);
        Tensor soft = float64(References.doubles(python.get("soft")), n, c)) {
      logits.requiresGrad(true);
      Tensor meant = target.equals("soft") ? soft : labels;
      try (Tensor loss =
          Functional.crossEntropy(logits, meant, weighted ? weight : null, smoothing)) {
        loss.backward();
        assertThat(loss.item()).isCloseTo(expected[0], within(1e-12));
      }
      try (Tensor grad = logits.grad()) {
        assertThat(grad.toDoubleArray())
            .containsExactly(Arrays.copyOfRange(expected, 1, expected.length), within(1e-12));
      }
    }
  }

  @Test
  void withoutOptionsBothCrossEntropiesAreTheSame() {
    try (Tensor logits = Tensor.copyOf(new float[] {1, 2, 3, 4, 6, 5}, 2, 3);
        Tensor labels = Tensor.copyOf(new long[] {0, 2}, 2);
        Tensor plain = Functional.crossEntropy(logits, labels);
        Tensor full = Functional.crossEntropy(logits, labels, null, 0)) {
      assertThat(full.contentEquals(plain)).isTrue();
      assertThatThrownBy(() -> Functional.crossEntropy(logits, labels, null, 1.5))
          .isInstanceOf(TorchException.class)
          .hasMessageContaining("label_smoothing must be between 0.0 and 1.0");
    }
  }

  private static Tensor table(JsonNode rows) {
    int columns = rows.get(0).size();
    float[] values = new float[rows.size() * columns];
    for (int row = 0; row < rows.size(); row++) {
      double[] doubles = References.doubles(rows.get(row));
      for (int i = 0; i < columns; i++) {
        values[row * columns + i] = (float) doubles[i];
      }
    }
    return Tensor.copyOf(values, rows.size(), columns);
  }

  @ParameterizedTest
  @ValueSource(strings = {"narrow", "wide"})
  void ofEqualLogitsPythonsAndGraftsRanksAreTheSame(String name) {
    JsonNode python = References.read("ranks");
    try (Tensor logits = table(python.get(name + " values"));
        Tensor first = logits.argmax(1);
        Tensor three = logits.topk(3, 1)) {
      assertThat(first.toLongArray()).isEqualTo(References.longs(python.get(name + " argmax")));
      assertThat(first.toLongArray()).isEqualTo(References.longs(python.get(name + " max")));
      long[] expected =
          IntStream.range(0, python.get(name + " top3").size())
              .mapToObj(row -> References.longs(python.get(name + " top3").get(row)))
              .flatMapToLong(Arrays::stream)
              .toArray();
      assertThat(three.toLongArray()).isEqualTo(expected);
    }
  }

  private static Tensor withGradient(float... gradient) {
    Tensor parameter = Tensor.zeros(DType.FLOAT32, gradient.length);
    parameter.requiresGrad(true);
    try (Tensor weight = Tensor.copyOf(gradient, 1, gradient.length);
        Tensor rows = parameter.narrow(0, 0, gradient.length);
        Tensor sum = Functional.linear(rows, weight, null)) {
      sum.backward();
    }
    return parameter;
  }

  @Test
  void clippingScalesAllGradientsByOneFactor() {
    try (Tensor first = withGradient(3, 0);
        Tensor none = Tensor.zeros(DType.FLOAT32, 5);
        Tensor second = withGradient(0, 4, 0)) {
      List<Tensor> all = List.of(first, none, second);
      assertThat(Functional.clipGradNorm(all, 6)).isEqualTo(5);
      assertGradients(first, 3, second, 4);
      assertThat(Functional.clipGradNorm(all, 0.5)).isEqualTo(5);
      float factor = 0.5f / (5 + 1e-6f);
      assertGradients(first, 3 * factor, second, 4 * factor);
      assertThat(Functional.clipGradNorm(List.of(none), 1)).isZero();
      assertThatThrownBy(() -> Functional.clipGradNorm(all, 0)).hasMessageContaining("norm");
    }
  }

  private static void assertGradients(Tensor first, float three, Tensor second, float four) {
    try (Tensor one = first.grad();
        Tensor two = second.grad()) {
      assertThat(one.toFloatArray()).containsExactly(three, 0);
      assertThat(two.toFloatArray()).containsExactly(0, four, 0);
    }
  }
}
