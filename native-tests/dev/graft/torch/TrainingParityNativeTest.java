package dev.graft.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.graft.model.ResNet;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Trains a ResNet-18 as scripts/make-training-references.py does, and compares. */
class TrainingParityNativeTest {
  private static final int STEPS = 20;

  /** A run of the references, and what training here gave. */
  private static final class Run implements AutoCloseable {
    final JsonNode python;
    final DType dtype;
    final double rate;
    final Module module = ResNet.resnet18(Formula.CLASSES, 0);
    final Optimizer optimizer;
    final List<Double> losses = new ArrayList<>();
    final List<Double> norms = new ArrayList<>();
    final List<double[]> rates = new ArrayList<>();

    Run(String name, DType dtype) {
      this.python = References.read("train-" + name);
      this.dtype = dtype;
      this.rate = dtype == DType.FLOAT64 ? 1 : python.get("float32_rate").doubleValue();
      Formula.fill(module);
      module.to(dtype);
      module.train();
      optimizer = config().create(groups());
    }

    private double setting(String name, double absent) {
      return python.get("settings").path(name).asDouble(absent);
    }

    private OptimizerConfig config() {
      double lr = rate * setting("lr", 0);
      return python.get("optimizer").textValue().equals("adamw")
          ? AdamWConfig.of(lr).withWeightDecay(setting("weight_decay", 0.01))
          : new SgdConfig(
              lr,
              setting("momentum", 0),
              setting("dampening", 0),
              setting("weight_decay", 0),
              python.get("settings").path("nesterov").asBoolean());
    }

    private List<ParameterGroup> groups() {
      double lr = rate * setting("lr", 0);
      List<Tensor> head = List.of(module.parameter("fc.weight"), module.parameter("fc.bias"));
      List<Tensor> backbone = new ArrayList<>(module.namedParameters().values());
      backbone.removeAll(head);
      if (python.get("extra").path("frozen").asBoolean()) {
        backbone.forEach(tensor -> tensor.requiresGrad(false));
        return List.of(new ParameterGroup(head, lr));
      }
      if (python.get("extra").has("backbone_lr")) {
        double backboneLr = rate * python.get("extra").get("backbone_lr").doubleValue();
        return List.of(new ParameterGroup(backbone, backboneLr), new ParameterGroup(head, lr));
      }
      backbone.addAll(head);
      return List.of(new ParameterGroup(backbone, lr));
    }

    void train() {
      var scheduler = new StepLr(optimizer, 7, 0.1);
      int accumulate = python.get("extra").path("accumulate").asInt(1);
      for (int step = 0; step < STEPS / accumulate; step++) {
        double[] present = new double[optimizer.groups()];
        for (int group = 0; group < present.length; group++) {
          present[group] = optimizer.lr(group);
        }
        rates.add(present);
        optimizer.zeroGrad();
        double total = 0;
        for (int part = 0; part < accumulate; part++) {
          total += backward(step * accumulate + part, accumulate);
        }
        if (python.get("extra").has("clip")) {
          double maxNorm = python.get("extra").get("clip").doubleValue();
          norms.add(
              Functional.clipGradNorm(List.copyOf(module.namedParameters().values()), maxNorm));
        }
        optimizer.step();
        scheduler.step();
        losses.add(total);
      }
    }

    private double backward(int batch, int accumulate) {
      try (Tensor inputs = Formula.inputs(batch, dtype);
          Tensor labels = Formula.labels(batch);
          Tensor logits = module.forward(inputs);
          Tensor mean = Functional.crossEntropy(logits, labels);
          Tensor loss = mean.div(accumulate)) {
        loss.backward();
        return loss.item();
      }
    }

    @Override
    public void close() {
      optimizer.close();
      module.close();
    }
  }

  /** The script's sampled(): mean, mean square, and eight elements from the first to the last. */
  private static double[] sampled(Tensor tensor) {
    double[] values = tensor.toDoubleArray();
    double[] sampled = new double[10];
    for (double value : values) {
      sampled[0] += value / values.length;
      sampled[1] += value * value / values.length;
    }
    for (int k = 0; k < 8; k++) {
      sampled[2 + k] = values[(int) ((long) k * (values.length - 1) / 7)];
    }
    return sampled;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "plain",
        "momentum",
        "dampening",
        "nesterov",
        "weight-decay",
        "momentum-weight-decay",
        "momentum-dampening-weight-decay",
        "nesterov-weight-decay",
        "dampening-alone",
        "dampening-alone-weight-decay",
        "all-two-groups",
        "frozen",
        "accumulated-clipped",
        "adamw-two-groups"
      })
  @Retention(RetentionPolicy.RUNTIME)
  @interface EveryRun {}

  @EveryRun
  void twentyStepsInFloat64EndWherePythonEnds(String name) {
    try (Run run = new Run(name, DType.FLOAT64)) {
      run.train();
      var softly = new SoftAssertions();
      for (int step = 0; step < run.losses.size(); step++) {
        softly
            .assertThat(run.rates.get(step))
            .as("rates of step %d", step)
            .isEqualTo(References.doubles(run.python.get("rates").get(step)));
        double expected = run.python.get("losses").get(step).doubleValue();
        softly
            .assertThat(run.losses.get(step))
            .as("loss of step %d", step)
            .isCloseTo(expected, within(1e-9 * expected));
      }
      for (int step = 0; step < run.norms.size(); step++) {
        double expected = run.python.get("norms").get(step).doubleValue();
        softly.assertThat(run.norms.get(step)).isCloseTo(expected, within(1e-9 * expected));
      }
      for (Map.Entry<String, Tensor> entry : run.module.state().entrySet()) {
        softly
            .assertThat(sampled(entry.getValue()))
            .as(entry.getKey())
            .containsExactly(
                References.doubles(run.python.get("final/" + entry.getKey())), within(1e-8));
      }
      softly.assertAll();
    }
  }

  /**
   * In float32 the order of sums shows. Python's own losses differ between instruction sets, one
   * thread and two, and float64; graft's may differ from Python's by twice that. The processor
   * decides which of Python's runs is nearest, so the spread of its threads alone is no measure:
   * for some runs it is zero.
   */
  @EveryRun
  void twentyStepsInFloat32StayWithinTwicePythonsOwnSpread(String name) {
    try (Run run = new Run(name, DType.FLOAT32)) {
      run.train();
      double[] python = References.doubles(run.python.get("float32_losses"));
      double allowed = 2 * run.python.get("float32_spread").doubleValue();
      assertThat(run.losses.get(0)).isCloseTo(python[0], within(1e-5 * python[0]));
      for (int step = 1; step < python.length; step++) {
        assertThat(run.losses.get(step))
            .as("step %d", step)
            .isCloseTo(python[step], within(allowed));
      }
    }
  }
}
