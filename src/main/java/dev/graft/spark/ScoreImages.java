package dev.graft.spark;

import static org.apache.spark.sql.functions.col;

import dev.graft.model.ModelException;
import dev.graft.torch.Printable;
import dev.graft.weights.WeightsException;
import java.io.IOException;
import java.util.Locale;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * A job for {@code spark-submit}: classifies the images of folders with a {@link GraftModel} and
 * writes the answers as Parquet. {@code --help} lists its options and exit codes.
 */
public final class ScoreImages {
  private static final int FAILED = 1;
  private static final int BAD_INPUT = 2;

  private final ScoreArguments arguments;
  private final SparkSession spark;

  private ScoreImages(ScoreArguments arguments, SparkSession spark) {
    this.arguments = arguments;
    this.spark = spark;
  }

  /**
   * Runs the job; the process ends with its exit code if that is not 0.
   *
   * @param args the command line
   */
  public static void main(String[] args) {
    int code;
    try {
      code = run(ScoreArguments.parse(args));
    } catch (Exception e) { // also checked ones, which Spark's Scala throws undeclared
      code = report(e);
    }
    if (code != 0) {
      System.exit(code); // not with 0: cluster managers want to see main return
    }
  }

  private static int run(ScoreArguments arguments) {
    if (arguments.help()) {
      System.out.print(ScoreArguments.USAGE);
      return 0;
    }
    SparkSession spark = SparkSession.builder().getOrCreate();
    try {
      return new ScoreImages(arguments, spark).score();
    } finally {
      spark.stop();
    }
  }

  private int score() {
    requireNew(arguments.out());
    Dataset<Row> files = ImageFiles.list(spark, arguments.images());
    model().transform(files).write().parquet(arguments.out());
    return summary();
  }

  private GraftModel model() {
    return new GraftModel()
        .setModelPath(arguments.model())
        .setInputCol("path")
        .setDevice(arguments.device())
        .setPrecision(arguments.precision())
        .setMaxBatch(arguments.limits().maxBatch())
        .setWorkers(arguments.limits().workers())
        .setMaxPixels(arguments.limits().maxPixels())
        .setMaxBytes(arguments.limits().maxBytes())
        .setProbabilitiesCol(arguments.probabilities() ? "probabilities" : "")
        .setEmbeddingCol(arguments.embedding() ? "embedding" : "");
  }

  private void requireNew(String out) {
    try {
      if (Storage.of(spark).exists(out)) {
        throw new IllegalArgumentException(
            "--out " + out + " exists already. Give another name, or delete it.");
      }
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "--out " + out + " cannot be written: " + StorageProblem.of(e) + ".", e);
    }
  }

  private int summary() {
    Dataset<Row> written = spark.read().parquet(arguments.out());
    long all = written.count();
    long errors = written.where(col("error").isNotNull()).count();
    System.out.printf(
        Locale.ROOT,
        "%d files: %d images classified, %d without an answer (column error). Written to %s%n",
        all,
        all - errors,
        errors,
        Printable.of(arguments.out()));
    if (errors == all) {
      System.err.println("graft: No image has an answer; the first says why:");
      String first = written.select("error").first().getString(0);
      System.err.println("graft: " + Printable.message(first));
      return FAILED;
    }
    return 0;
  }

  private static int report(Exception e) {
    if (e instanceof IllegalArgumentException || e instanceof AnalysisException) {
      say(e);
      return BAD_INPUT;
    }
    Throwable last = e; // what an executor threw is wrapped by Spark, more than once
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof ModelException || cause instanceof WeightsException) {
        say(cause);
        return BAD_INPUT;
      }
      last = cause;
    }
    say(e);
    if (last != e) {
      say(last);
    }
    return FAILED;
  }

  private static void say(Throwable e) {
    String message = e.getMessage() == null ? e.toString() : e.getMessage();
    System.err.println("graft: " + Printable.message(StorageProblem.withoutTrace(message)));
  }
}
