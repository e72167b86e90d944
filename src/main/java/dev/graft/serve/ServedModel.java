package dev.graft.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.graft.explain.Explanation;
import dev.graft.model.Card;
import dev.graft.predict.Predictor;
import dev.graft.predict.PredictorConfig;
import dev.graft.predict.PredictorListener;
import dev.graft.predict.PredictorMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A model that a {@link ModelServer} answers with: a name for clients, a file, and a {@link
 * Predictor} of it.
 */
public final class ServedModel implements AutoCloseable {
  private static final List<String> PATHS = List.of("data", "weights", "out");
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

  private final String name;
  private final Path file;
  private final Predictor predictor;
  private final Relay relay;
  private final Explainer explainer;
  private volatile JsonNode provenance;

  private ServedModel(String name, Path file, Predictor predictor, Relay relay) {
    this.name = name;
    this.file = file;
    this.predictor = predictor;
    this.relay = relay;
    this.explainer = new Explainer(file, predictor.config());
    this.provenance = Card.readProvenance(file);
  }

  /**
   * Loads a model.
   *
   * @param name what clients call it: letters, digits, {@code .}, {@code _} and {@code -}
   * @param file a {@code model.pt} that graft saved
   * @param config how to predict
   * @return the model, owned by the caller, until it is given to a server
   * @throws IllegalArgumentException if the name has other characters
   * @throws dev.graft.weights.WeightsException if the file is no whole TorchScript file
   * @throws dev.graft.model.ModelException if it is no artefact of graft
   */
  public static ServedModel load(String name, Path file, PredictorConfig config) {
    return load(name, file, config, PredictorListener.none());
  }

  /**
   * Loads a model.
   *
   * @param name what clients call it: letters, digits, {@code .}, {@code _} and {@code -}
   * @param file a {@code model.pt} that graft saved
   * @param config how to predict
   * @param listener is told what happens
   * @return the model, owned by the caller, until it is given to a server
   * @throws IllegalArgumentException if the name has other characters
   * @throws dev.graft.weights.WeightsException if the file is no whole TorchScript file
   * @throws dev.graft.model.ModelException if it is no artefact of graft
   */
  public static ServedModel load(
      String name, Path file, PredictorConfig config, PredictorListener listener) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "A model cannot be served as \""
              + name
              + "\": a name has letters, digits, \".\", \"_\" and \"-\" only.");
    }
    var relay = new Relay(listener);
    return new ServedModel(name, file, Predictor.load(file, config, relay), relay);
  }

  /**
   * Names the model for clients.
   *
   * @return as it was given
   */
  public String name() {
    return name;
  }

  /**
   * Says who answers.
   *
   * @return the predictor, which this model owns
   */
  public Predictor predictor() {
    return predictor;
  }

  /**
   * Reads the file again, without dropping a request.
   *
   * @throws dev.graft.weights.WeightsException if it is no whole TorchScript file; the old model
   *     stays
   * @throws dev.graft.model.ModelException if it is no artefact of graft; the old model stays
   */
  public synchronized void reload() {
    JsonNode next = Card.readProvenance(file);
    predictor.reload(file);
    provenance = next;
  }

  /** Has meters of this model kept. */
  void meter(MeterRegistry registry) {
    var metrics = new PredictorMetrics(registry, name);
    metrics.started(predictor);
    relay.add(metrics);
  }

  /** Shows where the model sees a class, or the most probable one, in an image. */
  Explanation explain(byte[] image, @Nullable String label) {
    return explainer.explain(predictor.version(), image, label);
  }

  /** What to tell clients about the model. */
  Map<String, Object> description() {
    Card card = predictor.card();
    Map<String, Object> description = new LinkedHashMap<>();
    description.put("name", name);
    description.put("version", predictor.version());
    description.put("architecture", card.architecture());
    description.put("classes", card.classes());
    description.put("image_size", card.preprocessing().imageSize());
    description.put("explains", explainer.isPossible(predictor.version()));
    description.put("trained", trained());
    return description;
  }

  private Map<String, Object> trained() {
    Map<String, Object> trained = new LinkedHashMap<>();
    trained.put("accuracy", provenance.at("/metrics/best_val_acc"));
    trained.put("images_digest", provenance.path("data_digest"));
    trained.put("date", provenance.path("created"));
    trained.put("seed", provenance.path("seed"));
    trained.put("config", config());
    trained.values().removeIf(value -> ((JsonNode) value).isMissingNode());
    return trained;
  }

  /** The settings, without where files lie on the machine that trained. */
  private JsonNode config() {
    JsonNode config = provenance.path("config").deepCopy();
    if (config instanceof ObjectNode settings) {
      settings.remove(PATHS);
    }
    return config;
  }

  /** Waits for calls in progress and frees the model. Harmless again. */
  @Override
  public void close() {
    predictor.close();
    explainer.close();
  }
}
