package dev.graft.spark;

import dev.graft.image.ImageException;
import dev.graft.predict.ImageSource;
import dev.graft.predict.Outputs;
import dev.graft.predict.Predictor;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.util.TaskCompletionListener;

/**
 * What an executor does with a partition: asks the process's predictor about many rows at a time,
 * and gives the rows back in their order. What is wrong with an image becomes a value; anything
 * else fails the task, which Spark repeats.
 */
final class ScorePartition implements MapPartitionsFunction<Row, Row> {
  private static final long serialVersionUID = 1L;

  /** Batches of each worker that a task keeps under way, so that none waits for the task. */
  private static final int BATCHES_AHEAD = 4;

  private static final long BYTES_AHEAD = 64L << 20;

  private final PredictorSettings settings;
  private final ModelFile model;
  private final ImageColumn images;
  private final OutputColumns outputs;

  ScorePartition(
      PredictorSettings settings, ModelFile model, ImageColumn images, OutputColumns outputs) {
    this.settings = settings;
    this.model = model;
    this.images = images;
    this.outputs = outputs;
  }

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    if (!rows.hasNext()) {
      return Collections.emptyIterator(); // for which no model is loaded
    }
    var lease = ExecutorPredictors.lease(settings, model);
    var limits = new OrderedWindow.Limits(BATCHES_AHEAD * settings.maxBatch(), BYTES_AHEAD);
    var window = new OrderedWindow<>(rows, new Scoring(lease.resource()), limits);
    TaskCompletionListener end =
        context -> {
          window.close();
          lease.close();
        };
    TaskContext.get().addTaskCompletionListener(end);
    return window;
  }

  private final class Scoring implements OrderedWindow.Work<Row, Outputs, Row> {
    private final Predictor predictor;

    Scoring(Predictor predictor) {
      this.predictor = predictor;
    }

    @Override
    public OrderedWindow.Begun<Outputs> begin(Row row) {
      try {
        byte[] content = images.read(row);
        ImageSource image = ImageSource.of(content, images.name(row));
        return new OrderedWindow.Begun<>(
            predictor.outputsAsync(List.of(image)).get(0), content.length);
      } catch (UnreadableImageException e) {
        return new OrderedWindow.Begun<>(CompletableFuture.failedFuture(e), 0);
      }
    }

    @Override
    public Row end(Row row, CompletableFuture<Outputs> done) {
      try {
        return outputs.append(row, done.join());
      } catch (CompletionException e) {
        Throwable cause = e.getCause();
        if (cause instanceof ImageException || cause instanceof UnreadableImageException) {
          return outputs.append(row, String.valueOf(cause.getMessage()));
        }
        throw e;
      }
    }
  }
}
