package dev.graft.spark;

import static org.apache.spark.sql.functions.col;

import dev.graft.predict.ImageSource;
import dev.graft.predict.Predictor;
import dev.graft.predict.PredictorConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * What scripts/check-spark runs inside a real Spark: it prints PASS and FAIL lines, or numbers. No
 * test runs it, as the tests' class path has no Spark that works.
 */
public final class SparkProof {
  /** Images after which the JVMs of executors have compiled most of what Spark runs. */
  private static final int WARM_UP = 3000;

  private final SparkSession spark;

  private SparkProof(SparkSession spark) {
    this.spark = spark;
  }

  /** One of the parts below, and its arguments. */
  public static void main(String[] args) throws IOException {
    if (args[0].equals("bare")) {
      bare(Path.of(args[1]), Path.of(args[2]), Integer.parseInt(args[3]));
      return;
    }
    SparkSession spark = SparkSession.builder().getOrCreate();
    var proof = new SparkProof(spark);
    switch (args[0]) {
      case "stage" -> proof.stage(args[1], args[2], args[3]);
      case "memory" -> proof.memory(args[1], args[2]);
      case "rows" -> proof.rows(args[1], Path.of(args[2]));
      case "measure" -> proof.measure(args[1], args[2], args[3]);
      default -> throw new IllegalArgumentException(args[0]);
    }
    spark.stop();
  }

  /** Everything about the stage itself: columns, order, refusals, copying, saving. */
  private void stage(String model, String images, String folder) throws IOException {
    Dataset<Row> files =
        spark
            .read()
            .format("binaryFile")
            .option("recursiveFileLookup", "true")
            .load(images)
            .orderBy("path")
            .coalesce(3);
    GraftModel stage = new GraftModel().setModelPath(model).setProbabilitiesCol("probabilities");
    List<Row> answers = stage.transform(files).collectAsList();
    List<Row> paths = files.select("path").collectAsList();
    check("rows keep their order", pathsOf(answers).equals(pathsOf(paths)));
    check("answers are whole, errors have none", answers.stream().allMatch(SparkProof::isWhole));
    check("some rows are errors", answers.stream().anyMatch(row -> row.getAs("error") != null));

    List<Row> byPath =
        new GraftModel()
            .setModelPath(model)
            .setInputCol("path")
            .setProbabilitiesCol("probabilities")
            .transform(files.drop("content"))
            .collectAsList();
    check("a path column gives the same as content", sameAnswers(answers, byPath));
    Set<String> workers = predictorThreads(); // before other models are loaded
    check("both tasks of a process share two workers: " + workers, workers.size() == 2);
    check("null content is an error", nulls(stage));
    saving(stage, files, answers, folder);
    copying(stage);
    refusals(stage, files, folder);
    limits(model, files);
    places(model, files, folder);
    check("classes are the model's", stage.classes().equals(List.of("ants", "bees")));
  }

  /** Run where memory outside of the heap is short: the process must live, and answer later. */
  private void memory(String model, String images) {
    Dataset<Row> files = ImageFiles.list(spark, List.of(images));
    GraftModel stage =
        new GraftModel()
            .setModelPath(model)
            .setInputCol("path")
            .setProbabilitiesCol("probabilities");
    GraftModel large = copyOf(stage).setMaxBatch(64);
    refuses(
        "a batch that does not fit",
        "No memory to answer",
        () -> large.transform(files).collectAsList());
    List<Row> answers = stage.transform(files).collectAsList();
    check("the process answers after that", answers.stream().allMatch(SparkProof::isWhole));
  }

  private boolean nulls(GraftModel stage) {
    Row row = stage.transform(spark.sql("select cast(null as binary) as content")).first();
    return row.<String>getAs("error").contains("the column is null");
  }

  private void saving(GraftModel stage, Dataset<Row> files, List<Row> answers, String folder)
      throws IOException {
    PipelineModel pipeline = new Pipeline().setStages(new PipelineStage[] {stage}).fit(files);
    pipeline.write().overwrite().save(folder + "/pipeline");
    PipelineModel read = PipelineModel.load(folder + "/pipeline");
    check(
        "a pipeline answers the same when saved and loaded",
        sameAnswers(answers, read.transform(files).collectAsList()));
    stage.save(folder + "/stage");
    GraftModel alone = GraftModel.load(folder + "/stage");
    check(
        "a stage is loaded as it was saved",
        alone.uid().equals(stage.uid())
            && alone.getModelPath().equals(stage.getModelPath())
            && alone.getProbabilitiesCol().equals("probabilities")
            && alone.getMaxBatch() == stage.getMaxBatch());
  }

  private static void copying(GraftModel stage) {
    GraftModel copy = stage.copy(new org.apache.spark.ml.param.ParamMap()).setMaxBatch(3);
    check("a copy is one's own", copy.getMaxBatch() == 3 && stage.getMaxBatch() == 8);
    check("Spark sees the parameters", stage.params().length == 13);
  }

  private void refusals(GraftModel stage, Dataset<Row> files, String folder) throws IOException {
    refuses(
        "a missing column", "no column \"content\"", () -> stage.transform(files.drop("content")));
    refuses(
        "a column of numbers",
        "of type bigint",
        () -> new GraftModel().setInputCol("length").transformSchema(files.schema()));
    refuses(
        "an output there already",
        "\"path\" already",
        () -> copyOf(stage).setClassCol("path").transform(files));
    refuses("no model", "modelPath is not set", () -> new GraftModel().transform(files));
    refuses(
        "a model that is missing",
        "does not exist",
        () -> copyOf(stage).setModelPath(folder + "/none.pt").transform(files));
    Path text = Files.writeString(Path.of(folder, "text.pt"), "no model");
    refuses(
        "a model that is none",
        "text.pt",
        () -> copyOf(stage).setModelPath(text.toString()).transform(files));
    refuses("a batch of none", "maxBatch", () -> copyOf(stage).setMaxBatch(0));
    refuses("another precision", "precision", () -> copyOf(stage).setPrecision("fp8"));
    damaged(stage, files, folder);
    Path changing = Files.copy(Path.of(stage.getModelPath()), Path.of(folder, "changing.pt"));
    Dataset<Row> planned =
        copyOf(stage).setModelPath(changing.toString()).setMaxBatch(7).transform(files);
    Files.writeString(changing, "another one");
    refuses("a model that was replaced", "when the job was planned", planned::collectAsList);
  }

  private void damaged(GraftModel stage, Dataset<Row> files, String folder) throws IOException {
    byte[] content = Files.readAllBytes(Path.of(stage.getModelPath()));
    content[content.length / 2] ^= 1;
    Path damaged = Files.write(Path.of(folder, "damaged.pt"), content);
    refuses(
        "a damaged model",
        "damaged.pt",
        () -> copyOf(stage).setModelPath(damaged.toString()).transform(files));
  }

  private static GraftModel copyOf(GraftModel stage) {
    return stage.copy(new org.apache.spark.ml.param.ParamMap());
  }

  private void limits(String model, Dataset<Row> files) {
    Dataset<Row> few = files.limit(4);
    GraftModel small = new GraftModel().setModelPath(model).setMaxBytes(10);
    check(
        "files over maxBytes are errors", errors(small.transform(few), "more than 10 bytes") == 4);
    GraftModel tiny = new GraftModel().setModelPath(model).setMaxPixels(10);
    check("images over maxPixels are errors", errors(tiny.transform(few), "pixels") > 0);
    Dataset<Row> missing =
        spark.sql(
            "select explode(array('/none/photo.jpg', 'odd://x/y.jpg', '/none/\\0.jpg', '/', ''))"
                + " as place");
    GraftModel byPath = new GraftModel().setModelPath(model).setInputCol("place");
    check("files that cannot be are errors", errors(byPath.transform(missing), "Cannot read") == 5);
    // Set for the session alone; executors know no protocol of that name.
    spark.conf().set("fs.odd.impl", "org.apache.hadoop.fs.http.HttpFileSystem");
    refuses(
        "a storage that fails three images",
        "the storage fails, not they",
        () ->
            byPath
                .transform(spark.range(0, 3, 1, 1).selectExpr("'odd://x/y.jpg' as place"))
                .collectAsList());
  }

  /** Where files may be, and what the session was told of file systems after it was made. */
  private void places(String model, Dataset<Row> files, String folder) throws IOException {
    Path odd = Files.createDirectories(Path.of(folder, "100% #1 %20ü", ".hidden"));
    Path image = Path.of(java.net.URI.create(files.first().getAs("path")));
    for (String name : List.of("../a b.jpg", "../%23#?.jpg", "../ü.jpg", "../_x.jpg", "y.jpg")) {
      Files.copy(image, odd.resolve(name));
    }
    String place = odd.getParent().toString();
    Dataset<Row> listed = ImageFiles.list(spark, List.of(place, place + "/a*", folder + "/1*/*"));
    check("odd names are listed once, hidden ones not", listed.count() == 3);
    GraftModel stage = new GraftModel().setModelPath(model).setInputCol("path");
    check("odd names are read", stage.transform(listed).where(col("error").isNull()).count() == 3);
    refuses("a bad pattern", "Cannot list", () -> ImageFiles.list(spark, List.of(folder + "/[")));
  }

  private static long errors(Dataset<Row> answers, String part) {
    return answers.where(col("error").contains(part)).count();
  }

  private static boolean isWhole(Row row) {
    boolean answered = row.getAs("class") != null;
    for (String column : List.of("probability", "probabilities", "embedding")) {
      if ((row.getAs(column) != null) != answered) {
        return false;
      }
    }
    return (row.getAs("error") == null) == answered;
  }

  private static boolean sameAnswers(List<Row> some, List<Row> others) {
    for (String column : List.of("path", "class", "error")) {
      if (!column(some, column).equals(column(others, column))) {
        return false;
      }
    }
    for (int i = 0; i < some.size(); i++) {
      Double one = some.get(i).getAs("probability");
      Double other = others.get(i).getAs("probability");
      if (one != null && Math.abs(one - other) > 1e-5) { // a batch of another size
        return false;
      }
    }
    return true;
  }

  private static List<String> pathsOf(List<Row> rows) {
    return column(rows, "path");
  }

  private static List<String> column(List<Row> rows, String name) {
    return rows.stream().map(row -> String.valueOf(row.<Object>getAs(name))).toList();
  }

  /** A predictor's threads, with their processes. */
  private Set<String> predictorThreads() {
    MapPartitionsFunction<Long, String> look =
        rows ->
            Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().matches("graft-predictor-\\d+"))
                .map(thread -> thread.getName() + " #" + thread.getId()) // each has a number 0
                .map(name -> ProcessHandle.current().pid() + " " + name)
                .iterator();
    return new TreeSet<>(
        spark.range(0, 64, 1, 16).mapPartitions(look, Encoders.STRING()).collectAsList());
  }

  /** The most memory that executors have had. */
  private Set<String> peaks() {
    MapPartitionsFunction<Long, String> look =
        rows ->
            Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmHWM"))
                .map(line -> ProcessHandle.current().pid() + " " + line.replaceAll("\\s+", " "))
                .iterator();
    return new TreeSet<>(
        spark.range(0, 64, 1, 16).mapPartitions(look, Encoders.STRING()).collectAsList());
  }

  /** Parquet as text: path, class, probability, length of the embedding, error. */
  private void rows(String parquet, Path out) throws IOException {
    List<String> lines = new ArrayList<>();
    for (Row row :
        spark
            .read()
            .parquet(parquet)
            .selectExpr("path", "class", "probability", "size(embedding)", "error")
            .collectAsList()) {
      lines.add(
          String.join(
              "\t",
              Arrays.stream(new int[] {0, 1, 2, 3, 4})
                  .mapToObj(i -> String.valueOf(row.get(i)))
                  .toList()));
    }
    Files.write(out, lines);
  }

  /**
   * How fast Spark is once executors have loaded the model, from listing files to written Parquet.
   */
  private void measure(String model, String images, String out) {
    Dataset<Row> files = ImageFiles.list(spark, List.of(images));
    GraftModel stage = new GraftModel().setModelPath(model).setInputCol("path");
    stage.transform(files.limit(WARM_UP).repartition(8)).write().parquet(out + "/warm");
    long count = files.count();
    long start = System.nanoTime();
    stage.transform(files).write().parquet(out + "/timed");
    report("spark", count, start);
    System.out.println("workers " + predictorThreads() + ", " + peaks());
  }

  /** How fast a predictor with as many workers is without Spark. */
  private static void bare(Path model, Path images, int workers) throws IOException {
    List<ImageSource> sources;
    try (var files = Files.list(images)) {
      sources = files.sorted().map(ImageSource::of).toList();
    }
    PredictorConfig config = PredictorConfig.defaults().withWorkers(workers, 1);
    try (Predictor predictor = Predictor.load(model, config)) {
      predictor.predictAll(sources.subList(0, WARM_UP));
      long start = System.nanoTime();
      predictor.predictAll(sources);
      report("bare", sources.size(), start);
    }
  }

  private static void report(String what, long count, long start) {
    double seconds = (System.nanoTime() - start) / 1e9;
    System.out.printf(
        Locale.ROOT, "%s %d images %.2f s %.1f images/s%n", what, count, seconds, count / seconds);
  }

  private interface Attempt {
    void run() throws Exception;
  }

  private static void refuses(String what, String part, Attempt attempt) {
    try {
      attempt.run();
    } catch (Exception e) {
      String message = String.valueOf(e.getMessage());
      check(
          what + " is refused: " + message.lines().findFirst().orElse(""), message.contains(part));
      return;
    }
    check(what + " is refused", false);
  }

  private static void check(String what, boolean holds) {
    System.out.println((holds ? "PASS " : "FAIL ") + what);
  }
}
