package dev.graft.spark;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;

/**
 * What {@link ScoreImages} is asked to do.
 *
 * @param model where the model is
 * @param images folders and files
 * @param out the folder to write
 * @param device as {@link GraftModel#setDevice} takes it
 * @param precision as {@link GraftModel#setPrecision} takes it
 * @param probabilities whether to write those of all classes
 * @param embedding whether to write what the head sees
 * @param help whether to do nothing but explain
 */
record ScoreArguments(
    String model,
    List<String> images,
    String out,
    String device,
    String precision,
    boolean probabilities,
    boolean embedding,
    boolean help) {
  static final String USAGE =
      """
      Classifies images on Spark with a trained model, and writes the answers as Parquet.

      spark-submit [spark's options] --class dev.graft.spark.ScoreImages graft-cli.jar OPTIONS

        --model FILE        a model.pt that driver and executors see under that name: a path on a
                            shared file system, a URI, or spark-files:NAME for a file of --files
        --images PATH       folders, with all that is in them, files or patterns; may be repeated
        --out FOLDER        where to write; must not exist
        --device DEVICE     cpu, cuda, cuda:N or auto, on the executors; default cpu
        --precision TYPE    fp32, bf16 or auto; default fp32
        --probabilities     write the probabilities of all classes too
        --no-embedding      do not write the features that the model's head sees

      Columns: path, length, class, probability, probabilities, embedding, error. An image that
      cannot be read has an error and no answer.
      Exit codes: 0 done, 1 failed or no image has an answer, 2 bad usage or bad input.
      """;

  ScoreArguments {
    images = List.copyOf(images);
    if (!help) {
      requireGiven("--model", model.isEmpty());
      requireGiven("--images", images.isEmpty());
      requireGiven("--out", out.isEmpty());
      requireOneOf("--precision", precision, List.of("fp32", "bf16", "auto"));
    }
  }

  private static void requireGiven(String option, boolean missing) {
    if (missing) {
      throw new IllegalArgumentException("Missing option " + option + ".");
    }
  }

  private static void requireOneOf(String option, String value, List<String> allowed) {
    if (!allowed.contains(value)) {
      throw new IllegalArgumentException(
          option + " is " + value + "; it must be " + String.join(", ", allowed) + ".");
    }
  }

  /**
   * Reads the command line.
   *
   * @throws IllegalArgumentException saying what is wrong with it
   */
  static ScoreArguments parse(String... line) {
    String model = "";
    List<String> images = new ArrayList<>();
    String out = "";
    String device = "cpu";
    String precision = "fp32";
    boolean probabilities = false;
    boolean embedding = true;
    boolean help = false;
    Iterator<String> words = words(line);
    while (words.hasNext()) {
      String option = words.next();
      switch (option) {
        case "--model" -> model = value(option, words);
        case "--images" -> images.add(value(option, words));
        case "--out" -> out = value(option, words);
        case "--device" -> device = value(option, words);
        case "--precision" -> precision = value(option, words);
        case "--probabilities" -> probabilities = true;
        case "--no-embedding" -> embedding = false;
        case "-h", "--help" -> help = true;
        default -> throw new IllegalArgumentException("Unknown option " + option + ".");
      }
    }
    return new ScoreArguments(
        model, images, out, device, precision, probabilities, embedding, help);
  }

  /** With --option=value as two words. */
  private static Iterator<String> words(String... line) {
    return Arrays.stream(line)
        .flatMap(w -> Arrays.stream(w.startsWith("--") ? w.split("=", 2) : new String[] {w}))
        .iterator();
  }

  private static String value(String option, Iterator<String> words) {
    String value = words.hasNext() ? words.next() : "";
    if (value.isEmpty()) {
      throw new IllegalArgumentException("Option " + option + " needs a value.");
    }
    return value;
  }
}
