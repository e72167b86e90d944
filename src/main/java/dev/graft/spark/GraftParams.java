package dev.graft.spark;

import dev.graft.image.ImageDecoder;
import java.util.List;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamValidators;

/**
 * The parameters of {@link GraftModel}, which Spark finds, saves and explains. {@code
 * explainParams()} lists them.
 */
public abstract class GraftParams extends Transformer {
  static final int DEFAULT_BATCH = 8;
  static final int LARGEST_BATCH = 1024;
  static final int MOST_WORKERS = 1024;
  static final int DEFAULT_PIXELS = 64_000_000;
  static final int DEFAULT_BYTES = 128 << 20;
  static final int LARGEST_FILE = 1 << 30; // what the decoder takes

  /** Names the transformer. */
  private final String uid;

  /** The column with the images: binary, their content; or a string, where they are. */
  private final Param<String> inputCol;

  /** The model.pt: a path or URI that all machines see, or spark-files:NAME. */
  private final Param<String> modelPath;

  /** The output column of the most probable class; empty for none. */
  private final Param<String> classCol;

  /** The output column of that class's probability; empty for none. */
  private final Param<String> probabilityCol;

  /**
   * The output column of all probabilities, in the order of the model's classes; empty for none.
   */
  private final Param<String> probabilitiesCol;

  /** The output column of the features that the head sees; empty for none. */
  private final Param<String> embeddingCol;

  /** The output column that says why an image has no answer, else null. */
  private final Param<String> errorCol;

  /** Cpu, cuda, cuda:N or auto, on the executors. */
  private final Param<String> device;

  /** Fp32, bf16, or auto: bf16 where the executor's CPU has instructions for it. */
  private final Param<String> precision;

  /** Images that are computed at once at most. */
  private final IntParam maxBatch;

  /** Threads of an executor that decode and compute; 0 for one a core. */
  private final IntParam workers;

  /** Width times height of the largest image that is decoded. */
  private final IntParam maxPixels;

  /** Size of the largest image file that is read. */
  private final IntParam maxBytes;

  GraftParams(String uid) {
    this.uid = uid;
    inputCol =
        new Param<>(
            this,
            "inputCol",
            "the column with the images: binary, their content; or a string, where they are");
    modelPath =
        new Param<>(
            this,
            "modelPath",
            "the model.pt: a path or URI that all machines see, or spark-files:NAME");
    classCol =
        new Param<>(
            this, "classCol", "the output column of the most probable class; empty for none");
    probabilityCol =
        new Param<>(
            this,
            "probabilityCol",
            "the output column of that class's probability; empty for none");
    probabilitiesCol =
        new Param<>(
            this,
            "probabilitiesCol",
            "the output column of all probabilities, in the order of the model's classes; empty for none");
    embeddingCol =
        new Param<>(
            this,
            "embeddingCol",
            "the output column of the features that the head sees; empty for none");
    errorCol =
        new Param<>(
            this, "errorCol", "the output column that says why an image has no answer, else null");
    device = new Param<>(this, "device", "cpu, cuda, cuda:N or auto, on the executors");
    precision =
        new Param<>(
            this,
            "precision",
            "fp32, bf16, or auto: bf16 where the executor's CPU has instructions for it",
            ParamValidators.inArray(List.of("fp32", "bf16", "auto")));
    maxBatch =
        new IntParam(
            this,
            "maxBatch",
            "images that are computed at once at most",
            ParamValidators.inRange(1, LARGEST_BATCH));
    workers =
        new IntParam(
            this,
            "workers",
            "threads of an executor that decode and compute; 0 for one a core",
            ParamValidators.inRange(0, MOST_WORKERS));
    maxPixels =
        new IntParam(
            this,
            "maxPixels",
            "width times height of the largest image that is decoded",
            ParamValidators.inRange(1, ImageDecoder.MAX_PIXELS));
    maxBytes =
        new IntParam(
            this,
            "maxBytes",
            "size of the largest image file that is read",
            ParamValidators.inRange(1, LARGEST_FILE));
    setDefaults();
  }

  private void setDefaults() {
    setDefault(inputCol, "content");
    setDefault(classCol, "class");
    setDefault(probabilityCol, "probability");
    setDefault(probabilitiesCol, "");
    setDefault(embeddingCol, "embedding");
    setDefault(errorCol, "error");
    setDefault(device, "cpu");
    setDefault(precision, "fp32");
    setDefault(maxBatch, DEFAULT_BATCH);
    setDefault(workers, 0);
    setDefault(maxPixels, DEFAULT_PIXELS);
    setDefault(maxBytes, DEFAULT_BYTES);
  }

  @Override
  public final String uid() {
    return uid;
  }

  /**
   * The parameter {@code inputCol}.
   *
   * @return the column with the images: binary, their content; or a string, where they are
   */
  public final Param<String> inputCol() {
    return inputCol;
  }

  /**
   * The parameter {@code modelPath}.
   *
   * @return the model.pt: a path or URI that all machines see, or spark-files:NAME
   */
  public final Param<String> modelPath() {
    return modelPath;
  }

  /**
   * The parameter {@code classCol}.
   *
   * @return the output column of the most probable class; empty for none
   */
  public final Param<String> classCol() {
    return classCol;
  }

  /**
   * The parameter {@code probabilityCol}.
   *
   * @return the output column of that class's probability; empty for none
   */
  public final Param<String> probabilityCol() {
    return probabilityCol;
  }

  /**
   * The parameter {@code probabilitiesCol}.
   *
   * @return the output column of all probabilities, in the order of the model's classes; empty for
   *     none
   */
  public final Param<String> probabilitiesCol() {
    return probabilitiesCol;
  }

  /**
   * The parameter {@code embeddingCol}.
   *
   * @return the output column of the features that the head sees; empty for none
   */
  public final Param<String> embeddingCol() {
    return embeddingCol;
  }

  /**
   * The parameter {@code errorCol}.
   *
   * @return the output column that says why an image has no answer, else null
   */
  public final Param<String> errorCol() {
    return errorCol;
  }

  /**
   * The parameter {@code device}.
   *
   * @return cpu, cuda, cuda:N or auto, on the executors
   */
  public final Param<String> device() {
    return device;
  }

  /**
   * The parameter {@code precision}.
   *
   * @return fp32, bf16, or auto: bf16 where the executor's CPU has instructions for it
   */
  public final Param<String> precision() {
    return precision;
  }

  /**
   * The parameter {@code maxBatch}.
   *
   * @return images that are computed at once at most
   */
  public final IntParam maxBatch() {
    return maxBatch;
  }

  /**
   * The parameter {@code workers}.
   *
   * @return threads of an executor that decode and compute; 0 for one a core
   */
  public final IntParam workers() {
    return workers;
  }

  /**
   * The parameter {@code maxPixels}.
   *
   * @return width times height of the largest image that is decoded
   */
  public final IntParam maxPixels() {
    return maxPixels;
  }

  /**
   * The parameter {@code maxBytes}.
   *
   * @return size of the largest image file that is read
   */
  public final IntParam maxBytes() {
    return maxBytes;
  }

  /**
   * Tells the column with the images: their content, as {@code binaryFile} gives it, or a string
   * that says where they are.
   *
   * @return the column's name; a string in it is a path, in the default file system, or a URI,
   *     unescaped
   */
  public final String getInputCol() {
    return getOrDefault(inputCol);
  }

  /**
   * Tells the model.
   *
   * @return a path or URI of a {@code model.pt} that graft saved, which driver and executors see
   *     under that name, or {@code spark-files:NAME} for a file of {@code spark-submit --files}
   */
  public final String getModelPath() {
    return getOrDefault(modelPath);
  }

  /**
   * Tells the output column of the most probable class.
   *
   * @return the column's name, or an empty text for none
   */
  public final String getClassCol() {
    return getOrDefault(classCol);
  }

  /**
   * Tells the output column of that class's probability.
   *
   * @return the column's name, or an empty text for none
   */
  public final String getProbabilityCol() {
    return getOrDefault(probabilityCol);
  }

  /**
   * Tells the output column of all classes' probabilities, an array of double in the order of
   * {@link GraftModel#classes}.
   *
   * @return the column's name, or an empty text for none
   */
  public final String getProbabilitiesCol() {
    return getOrDefault(probabilitiesCol);
  }

  /**
   * Tells the output column of what the model's head sees, an array of float: 512 of a ResNet-18.
   *
   * @return the column's name, or an empty text for none
   */
  public final String getEmbeddingCol() {
    return getOrDefault(embeddingCol);
  }

  /**
   * Tells the output column that says why an image has no answer; null where it has one.
   *
   * @return the column's name, not empty
   */
  public final String getErrorCol() {
    return getOrDefault(errorCol);
  }

  /**
   * Tells where executors compute.
   *
   * @return cpu, cuda, cuda:N or auto, which is CUDA where an executor has it
   */
  public final String getDevice() {
    return getOrDefault(device);
  }

  /**
   * Tells what executors compute in.
   *
   * @return fp32; bf16; or auto, which is bf16 where an executor's CPU has instructions for it
   */
  public final String getPrecision() {
    return getOrDefault(precision);
  }

  /**
   * Tells how many images are computed at once at most.
   *
   * @return at least 1
   */
  public final int getMaxBatch() {
    return (int) getOrDefault(maxBatch);
  }

  /**
   * Tells how many threads of an executor decode and compute, each with one intra-op thread.
   *
   * @return at least 1; or 0, which is one for each of {@code spark.executor.cores}
   */
  public final int getWorkers() {
    return (int) getOrDefault(workers);
  }

  /**
   * Tells how large an image may be; a larger one is an error, by its header.
   *
   * @return width times height, at least 1 and at most {@link
   *     dev.graft.image.ImageDecoder#MAX_PIXELS}
   */
  public final int getMaxPixels() {
    return (int) getOrDefault(maxPixels);
  }

  /**
   * Tells how large an image's file may be; a larger one is an error.
   *
   * @return bytes, at least 1
   */
  public final int getMaxBytes() {
    return (int) getOrDefault(maxBytes);
  }
}
