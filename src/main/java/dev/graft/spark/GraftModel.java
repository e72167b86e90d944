package dev.graft.spark;

import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * A model of graft as a stage of Spark ML: adds its answers for images to a DataFrame.
 *
 * <pre>{@code
 * Dataset<Row> images = spark.read().format("binaryFile").load("hdfs:///photos");
 * Dataset<Row> answers =
 *     new GraftModel().setModelPath("hdfs:///models/bees.pt").transform(images).drop("content");
 * }</pre>
 *
 * <p>Each executor loads the model once and answers all its tasks with it. The columns that are
 * added are null where an image could not be read or decoded, and {@code errorCol} says why; the
 * order of rows stays. Training a head of another library on {@code embeddingCol} is transfer
 * learning.
 *
 * <p>{@code transform} reads the model's file in the driver, and executors refuse any other file of
 * that name, so that all rows are answered by one model.
 */
public final class GraftModel extends GraftParams implements DefaultParamsWritable {
  private static final long serialVersionUID = 1L;

  /** Makes a stage with a name of its own. */
  public GraftModel() {
    this(Identifiable.randomUID("graft"));
  }

  /**
   * Makes a stage of a certain name, as Spark does when it loads or copies one.
   *
   * @param uid names the stage
   */
  public GraftModel(String uid) {
    super(uid);
  }

  /**
   * Sets the column with the images: their content, as {@code binaryFile} gives it, or a string
   * that says where they are.
   *
   * @param value the column's name; a string in it is a path, in the default file system, or a URI,
   *     unescaped, as binaryFile's column path has it and {@code input_file_name()} has not; by
   *     default content
   * @return this
   */
  public GraftModel setInputCol(String value) {
    set(inputCol(), value);
    return this;
  }

  /**
   * Sets the model.
   *
   * @param value a path or URI, unescaped, of a {@code model.pt} that graft saved, which driver and
   *     executors see under that name, or {@code spark-files:NAME} for a file of {@code
   *     spark-submit --files}; the driver completes a relative path
   * @return this
   */
  public GraftModel setModelPath(String value) {
    set(modelPath(), value);
    return this;
  }

  /**
   * Sets the output column of the most probable class.
   *
   * @param value the column's name, or an empty text for none; by default class
   * @return this
   */
  public GraftModel setClassCol(String value) {
    set(classCol(), value);
    return this;
  }

  /**
   * Sets the output column of that class's probability.
   *
   * @param value the column's name, or an empty text for none; by default probability
   * @return this
   */
  public GraftModel setProbabilityCol(String value) {
    set(probabilityCol(), value);
    return this;
  }

  /**
   * Sets the output column of all classes' probabilities, an array of double in the order of {@link
   * GraftModel#classes}.
   *
   * @param value the column's name, or an empty text for none; by default empty
   * @return this
   */
  public GraftModel setProbabilitiesCol(String value) {
    set(probabilitiesCol(), value);
    return this;
  }

  /**
   * Sets the output column of what the model's head sees, an array of float: 512 of a ResNet-18.
   *
   * @param value the column's name, or an empty text for none; by default embedding
   * @return this
   */
  public GraftModel setEmbeddingCol(String value) {
    set(embeddingCol(), value);
    return this;
  }

  /**
   * Sets the output column that says why an image has no answer; null where it has one.
   *
   * @param value the column's name, not empty; by default error
   * @return this
   */
  public GraftModel setErrorCol(String value) {
    set(errorCol(), value);
    return this;
  }

  /**
   * Sets where executors compute.
   *
   * @param value cpu, cuda, cuda:N or auto, which is CUDA where an executor has it; by default cpu
   * @return this
   */
  public GraftModel setDevice(String value) {
    set(device(), value);
    return this;
  }

  /**
   * Sets what executors compute in.
   *
   * @param value fp32; bf16; or auto, which is bf16 where an executor's CPU has instructions for
   *     it; by default fp32
   * @return this
   */
  public GraftModel setPrecision(String value) {
    set(precision(), value);
    return this;
  }

  /**
   * Sets how many images are computed at once at most.
   *
   * @param value 1 to 1024; by default 8
   * @return this
   */
  public GraftModel setMaxBatch(int value) {
    set(maxBatch(), value);
    return this;
  }

  /**
   * Sets how many threads of an executor decode and compute, each with one intra-op thread.
   *
   * @param value at least 1; or 0, which is one for each of {@code spark.executor.cores}; by
   *     default 0
   * @return this
   */
  public GraftModel setWorkers(int value) {
    set(workers(), value);
    return this;
  }

  /**
   * Sets how large an image may be; a larger one is an error, by its header.
   *
   * @param value width times height, at least 1 and at most {@link
   *     dev.graft.image.ImageDecoder#MAX_PIXELS}; by default 64000000
   * @return this
   */
  public GraftModel setMaxPixels(int value) {
    set(maxPixels(), value);
    return this;
  }

  /**
   * Sets how large an image's file may be; a larger one is an error.
   *
   * @param value bytes, at least 1 and at most 1 GiB; by default 128 MiB
   * @return this
   */
  public GraftModel setMaxBytes(int value) {
    set(maxBytes(), value);
    return this;
  }

  /**
   * Reads which classes the model tells apart.
   *
   * @return their names, in the order of {@code probabilitiesCol}
   * @throws dev.graft.model.ModelException if the file is damaged or no model of graft
   * @throws IllegalArgumentException if it cannot be read
   */
  public List<String> classes() {
    return model(Storage.of(SparkSession.active())).read().card().classes();
  }

  /**
   * Adds the answers, when the rows are asked for.
   *
   * @param dataset has {@code inputCol}
   * @return its rows with the output columns
   * @throws dev.graft.model.ModelException if the file is damaged or no model of graft
   * @throws IllegalArgumentException if the file cannot be read, or a column is missing, of another
   *     type, or there already
   */
  @Override
  public Dataset<Row> transform(Dataset<?> dataset) {
    StructType schema = dataset.schema();
    StructType answered = transformSchema(schema);
    SparkSession session = dataset.sparkSession();
    Storage storage = Storage.of(session);
    ModelFile model = model(storage);
    var work =
        new ScorePartition(
            settings(model.read().digest(), session),
            model,
            ImageColumn.of(schema, getInputCol(), getMaxBytes(), storage),
            columns());
    return dataset.toDF().mapPartitions(work, Encoders.row(answered));
  }

  @Override
  public StructType transformSchema(StructType schema) {
    ImageColumn.requireType(schema, getInputCol());
    if (!getDevice().matches("cpu|cuda(:\\d{1,3})?|auto")) {
      throw new IllegalArgumentException(
          "Unknown device \"" + getDevice() + "\": use cpu, cuda, cuda:N or auto.");
    }
    return columns().appendTo(schema);
  }

  private OutputColumns columns() {
    return new OutputColumns(
        getClassCol(),
        getProbabilityCol(),
        getProbabilitiesCol(),
        getEmbeddingCol(),
        getErrorCol());
  }

  private ModelFile model(Storage storage) {
    if (!isDefined(modelPath())) {
      throw new IllegalArgumentException("modelPath is not set: which model.pt is to answer?");
    }
    return ModelFile.of(getModelPath(), storage);
  }

  private PredictorSettings settings(String digest, SparkSession session) {
    SparkConf spark = session.sparkContext().getConf();
    int cores =
        ExecutorCores.of(spark.get("spark.master"), spark.get("spark.executor.cores", null));
    int asked = getWorkers();
    return new PredictorSettings(
        digest,
        getDevice(),
        getPrecision(),
        asked == 0 ? cores : asked,
        getMaxBatch(),
        getMaxPixels());
  }

  @Override
  public GraftModel copy(ParamMap extra) {
    return defaultCopy(extra);
  }

  /**
   * Reads a stage that {@code write().save(…)} wrote; Spark does it for pipelines.
   *
   * @return the reader
   */
  public static MLReader<GraftModel> read() {
    return new DefaultParamsReader<>();
  }

  /**
   * Loads a stage.
   *
   * @param path where {@code save} wrote it
   * @return the stage
   */
  public static GraftModel load(String path) {
    return read().load(path);
  }
}
