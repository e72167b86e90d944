package dev.graft.spark;

import dev.graft.image.ImageException;
import java.util.concurrent.CompletionException;

/** What becomes of an image that has no answer. */
final class Failure {
  private Failure() {}

  /**
   * Tells what is wrong with the image; where nothing is, the task has to fail.
   *
   * @param name the image's
   * @throws RuntimeException what fails the task
   */
  static String toValue(String name, CompletionException e) {
    Throwable cause = e.getCause();
    if (cause instanceof VirtualMachineError) {
      throw noMemory("to answer " + name, cause);
    }
    if (cause instanceof ImageException && cause.getCause() instanceof VirtualMachineError error) {
      throw noMemory("to decode " + name, error); // another machine may have it
    }
    if (cause instanceof ImageException || cause instanceof UnreadableImageException) {
      return String.valueOf(cause.getMessage());
    }
    throw e;
  }

  /** Without the error as its cause: Spark would end the process, and all tasks in it. */
  static IllegalStateException noMemory(String what, Throwable error) {
    return new IllegalStateException(
        "No memory "
            + what
            + ": "
            + error.getMessage()
            + ". Lower maxBatch, workers, maxPixels or maxBytes, or raise spark.executor.memory.");
  }
}
