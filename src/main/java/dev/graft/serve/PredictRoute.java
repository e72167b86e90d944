package dev.graft.serve;

import dev.graft.predict.ImageSource;
import dev.graft.predict.Prediction;
import dev.graft.predict.Timing;
import io.javalin.http.Context;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** {@code POST /predict}: an image in, its most probable classes out. */
final class PredictRoute implements Intake.Service {
  private static final int TOP = 5;
  private static final double NANOS_PER_MILLI = 1e6;

  private final Models models;

  PredictRoute(Models models) {
    this.models = models;
  }

  @Override
  public CompletableFuture<Reply> answer(Context request, byte[] body) {
    ServedModel model = models.find(request.queryParam("model"));
    int top = top(request.queryParam("top"));
    requireImage(request);
    return model
        .predictor()
        .predictAsync(ImageSource.of(body, "the image"))
        .thenApply(prediction -> Reply.json(json(model.name(), prediction, top)));
  }

  @Override
  public void requireRoom(Context request) {
    models.find(request.queryParam("model")).predictor().requireRoom();
  }

  private static int top(@Nullable String value) {
    if (value == null) {
      return TOP;
    }
    if (!value.matches("[1-9][0-9]{0,8}")) {
      throw new Problem(Problem.BAD_REQUEST, "top must be a number of classes, at least 1.");
    }
    return Integer.parseInt(value);
  }

  /** Refuses what says that it is something else; what it is decides the body's beginning. */
  static void requireImage(Context request) {
    String type = String.valueOf(request.contentType()).toLowerCase(Locale.ROOT);
    if (type.startsWith("application/json") || type.startsWith("text/")) {
      throw new Problem(
          Problem.UNSUPPORTED_TYPE,
          "The body must be an image, or a form with one, not "
              + (type.startsWith("text/") ? "text." : "JSON; /v2/models takes JSON."));
    }
  }

  private static Map<String, Object> json(String model, Prediction prediction, int top) {
    Map<String, Double> scores = new LinkedHashMap<>();
    prediction.scores().stream().limit(top).forEach(s -> scores.put(s.label(), s.probability()));
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("model", model);
    json.put("version", prediction.version());
    json.put("class", prediction.best().label());
    json.put("probability", prediction.best().probability());
    json.put("scores", scores);
    json.put("timing", json(prediction.timing()));
    return json;
  }

  private static Map<String, Object> json(Timing timing) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("queue_ms", millis(timing.queueNanos()));
    json.put("decode_ms", millis(timing.decodeNanos()));
    json.put("forward_ms", millis(timing.forwardNanos()));
    json.put("batch", timing.batch());
    return json;
  }

  private static double millis(long nanos) {
    return Math.round(nanos / (NANOS_PER_MILLI / 1000)) / 1000.0;
  }
}
