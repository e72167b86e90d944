package dev.graft.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.image.ImageException;
import dev.graft.predict.Prediction;
import dev.graft.predict.Predictor;
import dev.graft.predict.PredictorConfig;
import dev.graft.torch.NativeRuntime;
import dev.graft.torch.Printable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code graft predict}. */
@Command(
    name = "predict",
    description = "Classifies images with a trained model.",
    footer = {
      "",
      "Prints one line a file: its path, a tab, and the classes with their probabilities.",
      "A file that cannot be read is reported on stderr, the others are answered, exit code 1.",
      "",
      "Example: graft predict --model run/model.pt photos/*.jpg"
    },
    sortOptions = false,
    showDefaultValues = true,
    mixinStandardHelpOptions = true)
final class PredictCommand implements Callable<Integer> {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final BooleanSupplier stop;

  @Mixin private final TrainedModelOptions model = new TrainedModelOptions();

  @Option(names = "--top", paramLabel = "N", description = "How many classes to show.")
  private int top = 5;

  @Option(names = "--json", description = "Print one JSON object a line.")
  private boolean json;

  @Parameters(paramLabel = "IMAGE", arity = "1..*", description = "Image files.")
  private List<Path> images;

  PredictCommand(BooleanSupplier stop) {
    this.stop = stop;
  }

  @Override
  public Integer call() throws JsonProcessingException {
    if (top < 1) {
      throw new IllegalArgumentException("--top is " + top + "; it must be at least 1.");
    }
    int code = 0;
    try (Predictor predictor = Predictor.load(model.file(), oneByOne())) {
      for (Path image : images) {
        if (stop.getAsBoolean()) {
          throw new CancellationException("Stopped as asked.");
        }
        try {
          Prediction prediction = predictor.predict(image);
          System.out.println(json ? json(image, prediction) : text(image, prediction));
        } catch (ImageException e) {
          System.err.println("graft: " + Printable.message(String.valueOf(e.getMessage())));
          code = Failures.FAILED;
        }
      }
    }
    return code;
  }

  /** One image after the other, each with all threads. */
  private PredictorConfig oneByOne() {
    return PredictorConfig.defaults()
        .on(model.device(), model.precision())
        .withWorkers(1, NativeRuntime.threads())
        .withBatches(1, Duration.ZERO);
  }

  private String text(Path image, Prediction prediction) {
    return image
        + "\t"
        + prediction.scores().stream()
            .limit(top)
            .map(
                s ->
                    String.format(Locale.ROOT, "%s %.4f", Printable.of(s.label()), s.probability()))
            .collect(Collectors.joining("  "));
  }

  private String json(Path image, Prediction prediction) throws JsonProcessingException {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("file", image.toString());
    line.put("class", prediction.best().label());
    line.put("probability", prediction.best().probability());
    Map<String, Double> scores = new LinkedHashMap<>();
    prediction.scores().stream().limit(top).forEach(s -> scores.put(s.label(), s.probability()));
    line.put("scores", scores);
    return JSON.writeValueAsString(line);
  }
}
