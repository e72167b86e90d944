package dev.graft.serve;

import dev.graft.model.Card;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;

/**
 * The Open Inference Protocol's other requests: health and metadata, and of Triton's model
 * repository extension what makes a server read a model again.
 */
final class OipRoutes {
  private final Models models;
  private final BooleanSupplier ready;
  private final String version;
  private final Semaphore loading = new Semaphore(1);

  OipRoutes(Models models, BooleanSupplier ready, String version) {
    this.models = models;
    this.ready = ready;
    this.version = version;
  }

  void addTo(RoutesConfig routes) {
    routes.get("/v2", context -> send(context, server()));
    routes.get("/v2/health/live", context -> send(context, Map.of("live", true)));
    routes.get("/v2/health/ready", context -> Intake.send(context, ready()));
    for (String model : List.of("/v2/models/{name}", "/v2/models/{name}/versions/{version}")) {
      routes.get(model, context -> send(context, metadata(model(models, context))));
      routes.get(model + "/ready", this::modelReady);
    }
    routes.post("/v2/repository/index", context -> send(context, index()));
    routes.post("/v2/repository/models/{name}/load", this::load);
  }

  /** The model that a path names; where it names a version too, it must be the present one. */
  static ServedModel model(Models models, Context context) {
    ServedModel model = models.find(context.pathParam("name"));
    String asked = context.pathParamMap().get("version");
    String present = model.predictor().version();
    if (asked != null && !asked.equals(present)) {
      throw new Problem(
          Problem.NOT_FOUND, "There is no such version of the model; it has " + present + ".");
    }
    return model;
  }

  private static void send(Context context, Object json) {
    Intake.send(context, Reply.json(json));
  }

  private Map<String, Object> server() {
    return ordered(
        "name",
        "graft",
        "version",
        version,
        "extensions",
        List.of("binary_tensor_data", "classification", "model_repository"));
  }

  private Reply ready() {
    boolean isReady = ready.getAsBoolean();
    return Reply.json(isReady ? 200 : Problem.UNAVAILABLE, Map.of("ready", isReady));
  }

  private void modelReady(Context context) {
    ServedModel model = model(models, context);
    send(context, ordered("name", model.name(), "ready", true));
  }

  private static Map<String, Object> metadata(ServedModel model) {
    Card card = model.predictor().card();
    int side = card.preprocessing().imageSize();
    int classes = card.classes().size();
    return ordered(
        "name",
        model.name(),
        "versions",
        List.of(model.predictor().version()),
        "platform",
        "pytorch_libtorch",
        "inputs",
        List.of(
            tensor(InferInputs.IMAGES, "FP32", -1, 3, side, side),
            tensor(InferInputs.ENCODED, "BYTES", -1)),
        "outputs",
        List.of(
            tensor("logits", "FP32", -1, classes),
            tensor("probabilities", "FP32", -1, classes),
            tensor("label", "BYTES", -1),
            tensor("features", "FP32", -1, card.head().features())));
  }

  private static Map<String, Object> tensor(String name, String datatype, Integer... shape) {
    return ordered("name", name, "datatype", datatype, "shape", List.of(shape));
  }

  private List<Object> index() {
    List<Object> index = new ArrayList<>();
    for (ServedModel model : models.all()) {
      index.add(
          ordered("name", model.name(), "version", model.predictor().version(), "state", "READY"));
    }
    return index;
  }

  private void load(Context context) {
    ServedModel model = models.find(context.pathParam("name"));
    if (!loading.tryAcquire()) { // waiting would take the threads from those who predict
      throw new Problem(Problem.UNAVAILABLE, "A model is being loaded already. Try again.");
    }
    try {
      model.reload();
    } catch (RuntimeException e) {
      throw new Problem(
          Problem.BAD_REQUEST, "The old model stays. " + String.valueOf(e.getMessage()));
    } finally {
      loading.release();
    }
    send(context, ordered("name", model.name(), "version", model.predictor().version()));
  }

  private static Map<String, Object> ordered(Object... keysAndValues) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      map.put((String) keysAndValues[i], keysAndValues[i + 1]);
    }
    return map;
  }
}
