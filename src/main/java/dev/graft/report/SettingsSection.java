package dev.graft.report;

import com.fasterxml.jackson.databind.JsonNode;
import dev.graft.model.Card;
import dev.graft.model.ModelException;
import dev.graft.train.RecordedRun;
import dev.graft.weights.FileDigest;
import dev.graft.weights.WeightsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The command that repeats a run, where its weights come from, and its settings.
 *
 * @param digests whether the model's digest is computed, for which it is read
 */
record SettingsSection(RecordedRun run, boolean digests) {
  /** What a run found instead of being told. */
  private static final Set<String> FOUND =
      Set.of(
          "classes",
          "train-images",
          "val-images",
          "test-images",
          "data-digest",
          "weights-sha256",
          "threads",
          "cpu",
          "pytorch");

  void write(Markup page) throws IOException {
    page.open("section", "id", "repeat").element("h2", "Repeat this run");
    command(page);
    page.close().open("section", "id", "provenance").element("h2", "Provenance");
    table(page, provenance());
    page.close().open("section", "id", "settings").element("h2", "Settings");
    Map<String, String> settings = new LinkedHashMap<>();
    run.config()
        .properties()
        .forEach(
            field -> {
              if (!FOUND.contains(field.getKey())) {
                settings.put(field.getKey(), text(field.getValue()));
              }
            });
    table(page, settings);
    page.close();
  }

  private void command(Markup page) {
    var command = TrainCommandLine.of(run.config(), again(run.files().folder()));
    page.element("pre", command.text());
    String advice =
        "Paths are as they were given; relative ones need the folder that the run was started in."
            + " With the same data, weights, versions, number of threads and kind of CPU (see"
            + " below) the result is the same to the last bit.";
    page.element("p", advice, "class", "note");
    if (!command.inexpressible().isEmpty()) {
      page.element(
          "p",
          "A program started this run with settings that no option says: "
              + String.join(", ", command.inexpressible())
              + ".",
          "class",
          "trouble");
    }
  }

  /** Another folder beside the run's, which may be given as {@code .} or end in {@code ..}. */
  static String again(Path folder) {
    Path shortest = folder.normalize();
    boolean named = !shortest.toString().isEmpty() && !shortest.endsWith("..");
    return (named ? shortest : folder.toAbsolutePath().normalize()) + "-again";
  }

  private Map<String, String> provenance() throws IOException {
    JsonNode config = run.config();
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("data digest", config.path("data-digest").asText());
    facts.put("weights, SHA-256", config.path("weights-sha256").asText());
    facts.put("CPU", config.path("cpu").asText());
    facts.put("threads", config.path("threads").asText());
    facts.put("pytorch", config.path("pytorch").asText());
    Path model = run.files().model();
    // Before the first validation, an overwritten run's model may still be there.
    if (run.best().isPresent() && Files.isRegularFile(model)) {
      try {
        JsonNode provenance = Card.readProvenance(model);
        provenance
            .path("versions")
            .properties()
            .forEach(version -> facts.put(version.getKey(), text(version.getValue())));
        facts.put("model.pt, saved", provenance.path("created").asText());
        facts.put("model.pt, size", Shown.bytes(Files.size(model)));
        if (digests) {
          facts.put("model.pt, SHA-256", FileDigest.sha256(model));
        }
      } catch (ModelException | WeightsException e) {
        facts.put("model.pt", String.valueOf(e.getMessage()));
      }
    }
    return facts;
  }

  private static void table(Markup page, Map<String, String> rows) {
    page.open("dl", "class", "facts");
    rows.forEach(
        (name, value) ->
            page.open("div")
                .element("dt", name)
                .element("dd", value.isEmpty() ? "–" : value)
                .close());
    page.close();
  }

  private static String text(JsonNode value) {
    return value.isValueNode() ? value.asText() : value.isEmpty() ? "none" : value.toString();
  }
}
