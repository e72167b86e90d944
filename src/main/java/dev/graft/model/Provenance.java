package dev.graft.model;

import java.util.Map;

/**
 * Where the weights of an artefact come from; {@code provenance.json} inside {@code model.pt}.
 *
 * @param versions of graft, libtorch and others, by name
 * @param seed of the run
 * @param config the run's settings, by name
 * @param dataDigest identifies the images and labels, or empty where there were none
 * @param metrics what the run reached, by name
 * @param created when the weights were saved, in ISO 8601 and UTC, or empty
 */
public record Provenance(
    Map<String, String> versions,
    long seed,
    Map<String, Object> config,
    String dataDigest,
    Map<String, Object> metrics,
    String created) {

  /** The layout of the artefact's side files. */
  public static final int FORMAT = 1;

  /**
   * Copies the maps.
   *
   * @param versions of graft, libtorch and others, by name
   * @param seed of the run
   * @param config the run's settings, by name
   * @param dataDigest identifies the images and labels, or empty where there were none
   * @param metrics what the run reached, by name
   * @param created when the weights were saved, in ISO 8601 and UTC, or empty
   */
  public Provenance {
    versions = Map.copyOf(versions);
    config = Map.copyOf(config);
    metrics = Map.copyOf(metrics);
  }

  /**
   * For a model that no run made.
   *
   * @return empty provenance
   */
  public static Provenance none() {
    return new Provenance(Map.of(), 0, Map.of(), "", Map.of(), "");
  }
}
