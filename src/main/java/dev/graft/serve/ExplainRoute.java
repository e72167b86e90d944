package dev.graft.serve;

import dev.graft.torch.NativeRuntime;
import io.javalin.http.Context;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** {@code POST /explain}: an image in, a picture of where the model sees the class out. */
final class ExplainRoute implements Intake.Service, AutoCloseable {
  private static final int WAITING = 16;
  private static final long SECONDS_TO_END = 30;

  private final Models models;

  /** One thread, so that explaining takes no more than its share from answering. */
  private final ThreadPoolExecutor worker =
      new ThreadPoolExecutor(
          1, 1, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(WAITING), ExplainRoute::thread);

  ExplainRoute(Models models) {
    this.models = models;
  }

  private static Thread thread(Runnable work) {
    var thread =
        new Thread(
            () -> {
              NativeRuntime.setThreadsOfThisThread(1);
              work.run();
            },
            "graft-explain");
    thread.setDaemon(true);
    return thread;
  }

  @Override
  public CompletableFuture<Reply> answer(Context request, byte[] body) {
    ServedModel model = models.find(request.queryParam("model"));
    @Nullable String label = request.queryParam("class");
    PredictRoute.requireImage(request);
    try {
      return CompletableFuture.supplyAsync(
          () -> Reply.of("image/png", model.explain(body, label).png()), worker);
    } catch (RejectedExecutionException e) {
      throw new Problem(
          Problem.UNAVAILABLE, WAITING + " explanations wait already. Try again later.");
    }
  }

  /** Waits for what was begun. */
  @Override
  public void close() {
    worker.shutdown();
    try {
      if (!worker.awaitTermination(SECONDS_TO_END, TimeUnit.SECONDS)) {
        worker.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
