package dev.graft.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ScheduleNativeTest {
  private static final JsonNode PYTHON = References.read("schedules");

  static Stream<String> schedules() {
    List<String> names = new ArrayList<>();
    PYTHON.fieldNames().forEachRemaining(names::add);
    names.removeAll(List.of("base", "losses"));
    assertThat(names).isNotEmpty();
    return names.stream();
  }

  /** Reads a name of the references, such as "warmup 3 0.01 step 7 0.1". */
  private static Schedule parse(Iterator<String> words) {
    return switch (words.next()) {
      case "step" -> new Schedule.Step(integer(words), number(words));
      case "cosine" -> new Schedule.Cosine(integer(words), number(words));
      case "plateau" -> new Schedule.Plateau(number(words), integer(words), number(words));
      case "constant" -> new Schedule.Constant();
      case "warmup" -> new Schedule.Warmup(integer(words), number(words), parse(words));
      default -> throw new IllegalArgumentException();
    };
  }

  private static int integer(Iterator<String> words) {
    return Integer.parseInt(words.next());
  }

  private static double number(Iterator<String> words) {
    return Double.parseDouble(words.next());
  }

  private static Schedule parse(String name) {
    return parse(List.of(name.split(" ")).iterator());
  }

  private static Optimizer twoGroups(Tensor first, Tensor second) {
    double[] base = References.doubles(PYTHON.get("base"));
    return SgdConfig.of(1)
        .create(
            List.of(
                new ParameterGroup(List.of(first), base[0]),
                new ParameterGroup(List.of(second), base[1])));
  }

  @ParameterizedTest
  @MethodSource("schedules")
  void ratesAreExactlyPythons(String name) {
    double[] losses = References.doubles(PYTHON.get("losses"));
    try (Tensor first = Tensor.zeros(DType.FLOAT32, 1);
        Tensor second = Tensor.zeros(DType.FLOAT32, 1);
        Optimizer optimizer = twoGroups(first, second)) {
      LrScheduler scheduler = parse(name).create(optimizer);
      for (int epoch = 0; epoch < losses.length; epoch++) {
        double[] expected = References.doubles(PYTHON.get(name).get(epoch));
        assertThat(new double[] {optimizer.lr(0), optimizer.lr(1)})
            .as("epoch %d", epoch)
            .containsExactly(expected);
        scheduler.step();
        scheduler.observe(losses[epoch]);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("schedules")
  void aSchedulerContinuesFromAnyEpoch(String name) {
    double[] losses = References.doubles(PYTHON.get("losses"));
    for (int stop = 0; stop < losses.length; stop += 3) {
      try (Tensor first = Tensor.zeros(DType.FLOAT32, 1);
          Tensor second = Tensor.zeros(DType.FLOAT32, 1);
          Optimizer begun = twoGroups(first, second);
          Optimizer continued = twoGroups(first, second)) {
        LrScheduler early = parse(name).create(begun);
        for (int epoch = 0; epoch < stop; epoch++) {
          early.step();
          early.observe(losses[epoch]);
        }
        LrScheduler late = parse(name).create(continued);
        try (Tensor state = begun.state()) {
          continued.loadState(state);
        }
        late.loadState(early.state());
        for (int epoch = stop; epoch < losses.length; epoch++) {
          double[] expected = References.doubles(PYTHON.get(name).get(epoch));
          assertThat(continued.lr(0)).isEqualTo(expected[0]);
          assertThat(continued.lr(1)).isEqualTo(expected[1]);
          late.step();
          late.observe(losses[epoch]);
        }
      }
    }
  }

  /**
   * Python's SequentialLR takes no ReduceLROnPlateau: it sees the epochs after the warm-up here.
   */
  @Test
  void aPlateauAfterAWarmupJudgesTheEpochsAfterIt() {
    try (Tensor first = Tensor.zeros(DType.FLOAT32, 1);
        Tensor second = Tensor.zeros(DType.FLOAT32, 1);
        Optimizer optimizer = twoGroups(first, second)) {
      LrScheduler scheduler = parse("warmup 2 0.5 plateau 0.5 1 0").create(optimizer);
      List<Double> rates = new ArrayList<>();
      for (double loss : new double[] {0.1, 0.1, 3, 2, 2, 2, 2, 2}) {
        rates.add(optimizer.lr());
        scheduler.step();
        scheduler.observe(loss);
      }
      assertThat(rates).containsExactly(0.005, 0.0075, 0.01, 0.01, 0.01, 0.01, 0.005, 0.005);
    }
  }

  @Test
  void statesOfOtherSchedulersAreRefused() {
    try (Tensor first = Tensor.zeros(DType.FLOAT32, 1);
        Tensor second = Tensor.zeros(DType.FLOAT32, 1);
        Optimizer optimizer = twoGroups(first, second)) {
      LrScheduler step = parse("step 7 0.1").create(optimizer);
      LrScheduler plateau = parse("plateau 0.1 2 0").create(optimizer);
      assertThatThrownBy(() -> step.loadState(plateau.state()))
          .hasMessageContaining("5 numbers instead of 3");
      assertThatThrownBy(() -> plateau.loadState(step.state()))
          .isInstanceOf(IllegalArgumentException.class);
      double[] damaged = step.state();
      damaged[0] = Double.NaN;
      assertThatThrownBy(() -> step.loadState(damaged)).hasMessageContaining("damaged");
    }
  }

  @Test
  void settingsOutsideTheirRangesAreRefused() {
    for (String name :
        List.of(
            "step 0 0.1",
            "step 7 -0.1",
            "step 7 NaN",
            "cosine 0 0",
            "cosine 5 -1",
            "plateau 1 2 0",
            "plateau -0.1 2 0",
            "plateau 0.1 -1 0",
            "plateau 0.1 2 -1",
            "warmup 0 0.1 constant",
            "warmup 1 0 constant",
            "warmup 1 1.1 constant",
            "warmup 1 0.1 warmup 1 0.1 constant")) {
      assertThatThrownBy(() -> parse(name)).as(name).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void settingsAreListedByTheirCommandLineNames() {
    assertThat(parse("warmup 3 0.01 cosine 22 0.001").toMap())
        .isEqualTo(
            Map.of(
                "schedule",
                "cosine",
                "cosine-epochs",
                22,
                "min-lr",
                0.001,
                "warmup-epochs",
                3,
                "warmup-factor",
                0.01));
    assertThat(new Schedule.Warmup(3, new Schedule.Constant()).startFactor()).isEqualTo(0.01);
    assertThat(SgdConfig.of(0.1).toMap().keySet())
        .containsExactly("optimizer", "lr", "momentum", "dampening", "nesterov", "weight-decay");
    assertThat(AdamWConfig.of(0.1).toMap().keySet())
        .containsExactly("optimizer", "lr", "beta1", "beta2", "eps", "weight-decay");
  }

  @Test
  void sgdAndAdamwRefuseExactlyWhatPythonsRefuse() {
    int refused = 0;
    for (String method : List.of("sgd", "adamw")) {
      JsonNode cases = References.read("refused-" + method).get("cases");
      for (JsonNode settings : cases) {
        String message = settings.get(5).textValue();
        boolean refusedHere = false;
        try {
          config(method, settings);
        } catch (IllegalArgumentException e) {
          refusedHere = true;
          assertThat(e.getMessage().replace(' ', '_')).startsWith(opening(message));
        }
        assertThat(refusedHere).as("%s: %s", method, settings).isEqualTo(!message.isEmpty());
        refused += refusedHere ? 1 : 0;
      }
    }
    assertThat(refused).isGreaterThan(100);
  }

  /** Which setting is meant; graft's messages go on differently. */
  private static String opening(String message) {
    String named = message.replace("_", " ").replace(" value:", ":").replaceAll(":.*", "");
    return (named.startsWith("Invalid epsilon") ? "Invalid epsilon" : named).replace(' ', '_');
  }

  private static OptimizerConfig config(String method, JsonNode settings) {
    double[] s = References.doubles(settings);
    return method.equals("sgd")
        ? new SgdConfig(s[0], s[1], s[2], s[3], settings.get(4).booleanValue())
        : new AdamWConfig(s[0], s[1], s[2], s[3], s[4]);
  }
}
