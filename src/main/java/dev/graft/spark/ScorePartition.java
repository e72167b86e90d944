package dev.graft.spark;

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
 * else fails the task, which Spark repeats, and so does a storage that fails several images in a
 * row.
 */
final class ScorePartition implements MapPartitionsFunction<Row, Row> {
  private static final long serialVersionUID = 1L;

  /**
   * Batches that a task keeps under way for each of its CPUs, as there is a worker for each unless
   * the user wants otherwise: so no worker waits for its task.
   */
  private static final int BATCHES_AHEAD = 4;

  private static final long BYTES_AHEAD = 64L << 20;

  /** Images in a row that the storage may fail before it is taken for the storage's fault. */
  private static final int MOST_IN_A_ROW = 3;

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
    int batches = BATCHES_AHEAD * TaskContext.get().cpus();
    var limits = new OrderedWindow.Limits(batches * settings.maxBatch(), BYTES_AHEAD);
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
    private int inARow;

    Scoring(Predictor predictor) {
      this.predictor = predictor;
    }

    @Override
    public OrderedWindow.Begun<Outputs> begin(Row row) {
      try {
        byte[] content = images.read(row);
        inARow = 0;
        ImageSource image = ImageSource.of(content, images.name(row));
        return new OrderedWindow.Begun<>(
            predictor.outputsAsync(List.of(image)).get(0), content.length);
      } catch (UnreadableImageException e) {
        inARow = e.isOfStorage() ? inARow + 1 : 0;
        if (inARow == MOST_IN_A_ROW) {
          throw new IllegalStateException(
              e.getMessage()
                  + " So it was with the two images before it: the storage fails, not they.");
        }
        return new OrderedWindow.Begun<>(CompletableFuture.failedFuture(e), images.weight(row));
      } catch (OutOfMemoryError e) {
        throw Failure.noMemory("to read " + images.name(row), e);
      }
    }

    @Override
    public Row end(Row row, CompletableFuture<Outputs> done) {
      try {
        return outputs.append(row, done.join());
      } catch (CompletionException e) {
        return outputs.append(row, Failure.toValue(images.name(row), e));
      }
    }
  }
}
