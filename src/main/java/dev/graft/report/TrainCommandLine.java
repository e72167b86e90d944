package dev.graft.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * The {@code graft train} that has a run's settings, without those that are usual anyway.
 *
 * @param options each with its value, in the order of the command's help
 * @param inexpressible settings that no option says, as {@code name value}: those of a run that a
 *     program started
 */
public record TrainCommandLine(List<List<String>> options, List<String> inexpressible) {
  /** Settings whose option has their name, and what the command takes without it. */
  private static final Map<String, String> USUAL =
      Map.ofEntries(
          Map.entry("val-split", "none"),
          Map.entry("batch-size", "4"),
          Map.entry("nproc", "1"),
          Map.entry("memory-format", "channels_last"),
          Map.entry("cache", "off"),
          Map.entry("cache-bound", "off"),
          Map.entry("freeze", "none"),
          Map.entry("unfreeze-at", "never"),
          Map.entry("views", "1"),
          Map.entry("head", "auto"),
          Map.entry("precision", "fp32"),
          Map.entry("epochs", "25"),
          Map.entry("optimizer", "sgd"),
          Map.entry("lr", "0.001"),
          Map.entry("backbone-lr", "lr"),
          Map.entry("momentum", "0.9"),
          Map.entry("dampening", "0.0"),
          Map.entry("schedule", "step"),
          Map.entry("step-size", "7"),
          Map.entry("gamma", "0.1"),
          Map.entry("min-lr", "0.0"),
          Map.entry("plateau-patience", "10"),
          Map.entry("warmup-epochs", "0"),
          Map.entry("accumulate", "1"),
          Map.entry("clip-grad-norm", "off"),
          Map.entry("ema-decay", "off"),
          Map.entry("label-smoothing", "0.0"),
          Map.entry("mixup", "0.0"),
          Map.entry("cutmix", "0.0"),
          Map.entry("patience", "off"),
          Map.entry("seed", "0"));

  /** Settings that have no option; the command takes these values. */
  private static final Map<String, String> FIXED =
      Map.of("beta1", "0.9", "beta2", "0.999", "eps", "1.0E-8", "warmup-factor", "0.01");

  private static final Pattern AUGMENTATION =
      Pattern.compile(
          ".*rotation=([^,]+), .*brightness=([^,]+), contrast=([^,]+), saturation=([^,]+),"
              + " hue=([^\\]]+)\\]\\]");

  /**
   * Copies the lists.
   *
   * @param options each with its value
   * @param inexpressible settings that no option says
   */
  public TrainCommandLine {
    options = List.copyOf(options);
    inexpressible = List.copyOf(inexpressible);
  }

  /**
   * Finds the command for a run.
   *
   * @param config of the run: {@code config.json}
   * @param out folder for the results
   * @return the command
   */
  public static TrainCommandLine of(JsonNode config, String out) {
    var building = new Building(config);
    building.add("data", config.path("data").asText());
    building.add("weights", config.path("weights").asText());
    building.add("out", out);
    config.fieldNames().forEachRemaining(building::setting);
    building.weightDecay();
    building.cosine();
    return new TrainCommandLine(building.options, building.inexpressible);
  }

  /**
   * Returns what a program gets.
   *
   * @return arguments, of which the first is {@code train}
   */
  public List<String> arguments() {
    List<String> arguments = new ArrayList<>(List.of("train"));
    options.forEach(arguments::addAll);
    return arguments;
  }

  /**
   * Returns what is typed.
   *
   * @return quoted for a POSIX shell, an option a line
   */
  public String text() {
    return options.stream()
        .map(words -> words.stream().map(ShellWords::quote).collect(Collectors.joining(" ")))
        .collect(Collectors.joining(" \\\n    ", "graft train ", ""));
  }

  /** The options so far. */
  private static final class Building {
    private final JsonNode config;
    private final List<List<String>> options = new ArrayList<>();
    private final List<String> inexpressible = new ArrayList<>();

    Building(JsonNode config) {
      this.config = config;
    }

    private void add(String name, String value) {
      // Else a value could be taken for an option, or for a file of arguments.
      boolean misread = value.startsWith("-") || value.startsWith("@") || value.isEmpty();
      options.add(misread ? List.of("--" + name + "=" + value) : List.of("--" + name, value));
    }

    private void setting(String name) {
      JsonNode node = config.path(name);
      String value = node.asText();
      switch (name) {
        case "trainable" -> unlessEmpty(name, node);
        case "class-weights" -> {
          if (node.isTextual()) {
            add(name, value);
          } else {
            unlessEmpty(name, node);
          }
        }
        case "nesterov", "freeze-batchnorm", "skip-unreadable" -> {
          if (node.asBoolean()) {
            options.add(List.of("--" + name));
          }
        }
        case "augmentation" -> augmentation(value);
        case "image-size", "device", "workers" -> add(name, value);
        default -> {
          String usual = USUAL.get(name);
          if (usual != null && !usual.equals(value)) {
            add(name, value);
          }
          String fixed = FIXED.get(name);
          if (fixed != null && !fixed.equals(value)) {
            inexpressible.add(name + " " + value);
          }
        }
      }
    }

    private void unlessEmpty(String name, JsonNode list) {
      if (!list.isEmpty()) {
        add(
            name,
            StreamSupport.stream(list.spliterator(), false)
                .map(JsonNode::asText)
                .collect(Collectors.joining(",")));
      }
    }

    private void augmentation(String text) {
      Matcher parts = AUGMENTATION.matcher(text);
      if (!parts.matches()) {
        inexpressible.add("augmentation " + text);
        return;
      }
      if (!parts.group(1).equals("0.0")) {
        add("rotation", parts.group(1));
      }
      String jitter =
          String.join(",", parts.group(2), parts.group(3), parts.group(4), parts.group(5));
      if (!jitter.equals("0.0,0.0,0.0,0.0")) {
        add("color-jitter", jitter);
      }
    }

    /** What is usual depends on the optimiser. */
    private void weightDecay() {
      String usual = config.path("optimizer").asText().equals("adamw") ? "0.01" : "0.0";
      String value = config.path("weight-decay").asText();
      if (config.has("weight-decay") && !value.equals(usual)) {
        add("weight-decay", value);
      }
    }

    /** The command's cosine ends with the run. */
    private void cosine() {
      JsonNode epochs = config.path("cosine-epochs");
      int rest = config.path("epochs").asInt() - config.path("warmup-epochs").asInt();
      if (epochs.isInt() && epochs.asInt() != rest) {
        inexpressible.add("cosine-epochs " + epochs);
      }
    }
  }
}
