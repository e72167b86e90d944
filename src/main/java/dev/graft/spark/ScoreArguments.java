package dev.graft.spark;

import dev.graft.image.ImageDecoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What {@link ScoreImages} is asked to do.
 *
 * @param model where the model is
 * @param images folders and files
 * @param out the folder to write
 * @param device as {@link GraftModel#setDevice} takes it
 * @param precision as {@link GraftModel#setPrecision} takes it
 * @param limits how much at once, and how large
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
    Limits limits,
    boolean probabilities,
    boolean embedding,
    boolean help) {
  static final String USAGE =
      """
      Classifies images on Spark with a trained model, and writes the answers as Parquet.

      spark-submit [spark's options] --class dev.graft.spark.ScoreImages graft-cli.jar OPTIONS

        --model FILE        a model.pt that driver and executors see under that name: a path on a
                            shared file system, a URI, or spark-files:NAME for a file of --files
        --images PATH       folders, with all that is in them, files or patterns; may be repeated;
                            names that begin with a dot or an underscore are left out
        --out FOLDER        where to write; must not exist
        --device DEVICE     cpu, cuda, cuda:N or auto, on the executors; default cpu
        --precision TYPE    fp32, bf16 or auto; default fp32
        --max-batch N       images that are computed at once at most; default 8
        --workers N         threads of an executor that decode and compute; default 0, one a core
        --max-pixels N      width times height of the largest image; default 64000000
        --max-bytes N       size of the largest image file; default 134217728
        --probabilities     write the probabilities of all classes too
        --no-embedding      do not write the features that the model's head sees

      Columns: path, length, class, probability, probabilities, embedding, error. An image that
      cannot be read has an error and no answer.
      Exit codes: 0 done, 1 failed or no image has an answer, 2 bad usage or bad input.
      """;

  private static final Set<String> VALUES =
      Set.of(
          "--model",
          "--images",
          "--out",
          "--device",
          "--precision",
          "--max-batch",
          "--workers",
          "--max-pixels",
          "--max-bytes");
  private static final Set<String> FLAGS =
      Set.of("--probabilities", "--no-embedding", "-h", "--help");

  /**
   * How much is done at once, and how large an image may be.
   *
   * @param maxBatch as {@link GraftModel#setMaxBatch} takes it
   * @param workers as {@link GraftModel#setWorkers} takes it
   * @param maxPixels as {@link GraftModel#setMaxPixels} takes it
   * @param maxBytes as {@link GraftModel#setMaxBytes} takes it
   */
  record Limits(int maxBatch, int workers, int maxPixels, int maxBytes) {}

  ScoreArguments {
    images = List.copyOf(images);
    if (!help) {
      requireGiven("--model", model.isEmpty());
      requireGiven("--images", images.isEmpty());
      requireGiven("--out", out.isEmpty());
      requireOneOf("--precision", precision, List.of("fp32", "bf16", "auto"));
      if (ImageFiles.isPattern(out)) {
        throw new IllegalArgumentException(
            "--out is "
                + out
                + ", which Spark would read back as a pattern. Avoid {}[]*?\\ there.");
      }
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
    Map<String, String> given = new HashMap<>();
    List<String> images = new ArrayList<>();
    Iterator<String> words = words(line);
    while (words.hasNext()) {
      String option = words.next();
      if (FLAGS.contains(option)) {
        given.put(option, "");
      } else if (!VALUES.contains(option)) {
        throw new IllegalArgumentException("Unknown option " + option + ".");
      } else if (option.equals("--images")) {
        images.add(value(option, words));
      } else {
        given.put(option, value(option, words));
      }
    }
    return new ScoreArguments(
        given.getOrDefault("--model", ""),
        images,
        given.getOrDefault("--out", ""),
        given.getOrDefault("--device", "cpu"),
        given.getOrDefault("--precision", "fp32"),
        limits(given),
        given.containsKey("--probabilities"),
        !given.containsKey("--no-embedding"),
        given.containsKey("-h") || given.containsKey("--help"));
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

  private static Limits limits(Map<String, String> given) {
    return new Limits(
        number("--max-batch", given, GraftParams.DEFAULT_BATCH, 1, GraftParams.LARGEST_BATCH),
        number("--workers", given, 0, 0, GraftParams.MOST_WORKERS),
        number("--max-pixels", given, GraftParams.DEFAULT_PIXELS, 1, ImageDecoder.MAX_PIXELS),
        number("--max-bytes", given, GraftParams.DEFAULT_BYTES, 1, GraftParams.LARGEST_FILE));
  }

  private static int number(
      String option, Map<String, String> given, int otherwise, int least, int most) {
    String text = given.getOrDefault(option, String.valueOf(otherwise));
    if (text.matches("\\d{1,10}")) {
      long number = Long.parseLong(text);
      if (least <= number && number <= most) {
        return (int) number;
      }
    }
    throw new IllegalArgumentException(
        "%s is %s; it must be a number from %d to %d.".formatted(option, text, least, most));
  }
}
