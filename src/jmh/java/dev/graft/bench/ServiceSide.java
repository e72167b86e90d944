package dev.graft.bench;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * graft's service in a process of its own, put under load by another. The load is what a {@link
 * WorkerSide} does, with its own clock; the service only has to be there.
 */
final class ServiceSide implements Side {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String NAME = "service";
  private static final String TIME = "seconds_per_image";

  private final String label;
  private final Worker service;
  private final Side load;

  private ServiceSide(String label, Worker service, Side load) {
    this.label = label;
    this.service = service;
    this.load = load;
  }

  /**
   * Says how to prepare a side.
   *
   * @param label its name
   * @param maxBatch images that the service computes at once at most
   * @param load what the other process does
   */
  static Opening of(String label, int maxBatch, Job load) {
    return session -> {
      String port = session.file("port").toString();
      Worker service = session.worker(Launch.graft());
      try {
        Job serving = Job.of("service").with("max-batch", maxBatch).with("port", port);
        service.ask(Map.of("do", "open", "name", NAME, "spec", serving.spec(session)));
        Side client = WorkerSide.of(label, Launch.load(), load.with("port", port), 1).open(session);
        return new ServiceSide(label, service, client);
      } catch (RuntimeException e) {
        service.close();
        throw e;
      }
    };
  }

  @Override
  public String label() {
    return label;
  }

  /** The time of one image. */
  @Override
  public Turn turn() {
    Turn turn = load.turn();
    Map<String, Double> metrics = new LinkedHashMap<>(turn.metrics());
    Double seconds = metrics.remove(TIME);
    if (seconds == null) {
      throw new IllegalStateException("The load does not tell its time.");
    }
    return new Turn(seconds, 0, metrics);
  }

  @Override
  public float[] answer() {
    return load.answer();
  }

  /** Those of the service. */
  @Override
  public Map<String, Object> facts() {
    JsonNode facts = service.ask(Map.of("do", "facts"));
    return JSON.convertValue(facts, new TypeReference<>() {});
  }

  @Override
  public void close() {
    load.close();
    service.close();
  }
}
