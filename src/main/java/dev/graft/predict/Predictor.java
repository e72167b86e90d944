package dev.graft.predict;

import dev.graft.model.Card;
import dev.graft.torch.Device;
import dev.graft.torch.Precision;
import dev.graft.torch.Uninterruptibly;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Classifies images with a {@code model.pt}, for services: any number of threads, virtual ones too,
 * may call it at once. A fixed number of threads of its own decodes the images and runs the model,
 * which they share; calls that come while they are busy wait in a bounded queue and are computed in
 * batches.
 *
 * <pre>{@code
 * try (Predictor predictor = Predictor.load(Path.of("run/model.pt"), PredictorConfig.defaults())) {
 *   Prediction.Score best = predictor.predict(Path.of("bee.jpg")).best();
 * }
 * }</pre>
 *
 * <p>A call ends with {@link dev.graft.image.ImageException} if its image cannot be decoded, with
 * {@link OverloadedException} if too many calls wait, with {@link DeadlineExceededException} if it
 * took too long, and with {@link IllegalStateException} if the predictor is closed. What the
 * variants for later return ends with the same, as the cause of a {@link
 * java.util.concurrent.CompletionException}; only the last two of the four are thrown at once.
 */
public final class Predictor implements AutoCloseable {
  private final PredictorConfig config;
  private final PredictorListener listener;
  private final CallQueue queue;
  private final List<Thread> threads = new ArrayList<>();

  /**
   * Runs what depends on answers. The common pool would start a thread for each where a machine has
   * two processors.
   */
  private final ForkJoinPool dependents;

  private volatile LoadedModel model;

  private Predictor(LoadedModel model, PredictorConfig config, PredictorListener listener) {
    this.model = model;
    this.config = config;
    this.listener = new GuardedListener(listener);
    long maxWait = TimeUnit.NANOSECONDS.convert(config.maxWait());
    dependents =
        new ForkJoinPool(
            config.workers(), ForkJoinPool.defaultForkJoinWorkerThreadFactory, null, true);
    queue = new CallQueue(config.queueCapacity(), config.maxBatch(), maxWait);
  }

  private void start() {
    for (int i = 0; i < config.workers(); i++) {
      var worker = new Worker(queue, this::acquire, config, listener);
      var thread = new Thread(worker, "graft-predictor-" + i);
      thread.setDaemon(true);
      thread.start();
      threads.add(thread);
    }
  }

  /**
   * Loads a trained classifier into a predictor of {@link PredictorConfig#defaults()}.
   *
   * @param model a {@code model.pt} that graft saved
   * @param device where to run it
   * @return a predictor, owned by the caller
   * @throws dev.graft.weights.WeightsException if the file is no whole TorchScript file
   * @throws dev.graft.model.ModelException if it is no artefact of graft
   */
  public static Predictor load(Path model, Device device) {
    return load(model, PredictorConfig.defaults().on(device, Precision.FP32));
  }

  /**
   * Loads a trained classifier: frozen, checked to answer as it did before, and warmed up.
   *
   * @param model a {@code model.pt} that graft saved
   * @param config how to work
   * @return a predictor, owned by the caller
   * @throws dev.graft.weights.WeightsException if the file is no whole TorchScript file
   * @throws dev.graft.model.ModelException if it is no artefact of graft
   */
  public static Predictor load(Path model, PredictorConfig config) {
    return load(model, config, PredictorListener.none());
  }

  /**
   * Loads a trained classifier: frozen, checked to answer as it did before, and warmed up.
   *
   * @param model a {@code model.pt} that graft saved
   * @param config how to work
   * @param listener is told what happens
   * @return a predictor, owned by the caller
   * @throws dev.graft.weights.WeightsException if the file is no whole TorchScript file
   * @throws dev.graft.model.ModelException if it is no artefact of graft
   */
  public static Predictor load(Path model, PredictorConfig config, PredictorListener listener) {
    Objects.requireNonNull(listener, "listener");
    var predictor = new Predictor(LoadedModel.load(model, config), config, listener);
    try {
      predictor.start();
      listener.started(predictor);
      return predictor;
    } catch (Throwable e) { // such as a limit on threads
      predictor.close();
      throw e;
    }
  }

  /**
   * Classifies an image.
   *
   * @param image where it is
   * @return every class with its probability
   */
  public Prediction predict(ImageSource image) {
    return await(submit(image, config.deadline())).prediction();
  }

  /**
   * Classifies an image, or gives up.
   *
   * @param image where it is
   * @param deadline how long it may take, positive; replaces the configuration's
   * @return every class with its probability
   */
  public Prediction predict(ImageSource image, Duration deadline) {
    return await(submit(image, deadline)).prediction();
  }

  /**
   * Classifies an image file.
   *
   * @param image JPEG, PNG, WebP, BMP, GIF, TIFF or PNM
   * @return every class with its probability
   */
  public Prediction predict(Path image) {
    return predict(ImageSource.of(image));
  }

  /**
   * Classifies an encoded image.
   *
   * @param encoded the bytes of an image file
   * @param name for error messages
   * @return every class with its probability
   */
  public Prediction predict(byte[] encoded, String name) {
    return predict(ImageSource.of(encoded, name));
  }

  /**
   * Classifies an encoded image.
   *
   * @param stream the bytes of an image file, read to the end; not closed
   * @param name for error messages
   * @return every class with its probability
   * @throws IOException if the stream cannot be read
   */
  public Prediction predict(InputStream stream, String name) throws IOException {
    return predict(ImageSource.of(stream, name));
  }

  /**
   * Classifies an image in memory.
   *
   * @param image of any type; transparency is ignored
   * @return every class with its probability
   */
  public Prediction predict(BufferedImage image) {
    return predict(ImageSource.of(image));
  }

  /**
   * Classifies images, as many at once as the queue holds; a longer list is never rejected for its
   * length. Ends at the first image that fails.
   *
   * @param images where they are
   * @return the answers in the same order
   */
  public List<Prediction> predictAll(List<ImageSource> images) {
    List<Prediction> answers = new ArrayList<>(images.size());
    var pending = new ArrayDeque<Call>();
    try {
      for (ImageSource image : images) {
        if (pending.size() >= config.queueCapacity()) {
          answers.add(await(pending.remove()).prediction());
        }
        pending.add(submitOrWait(image, pending, answers));
      }
      while (!pending.isEmpty()) {
        answers.add(await(pending.remove()).prediction());
      }
      return answers;
    } finally {
      pending.forEach(call -> call.answer.cancel(false));
    }
  }

  private Call submitOrWait(ImageSource image, ArrayDeque<Call> pending, List<Prediction> answers) {
    while (true) {
      var call = new Call(image, config.deadline());
      try {
        queue.add(call);
        return call;
      } catch (OverloadedException e) {
        if (pending.isEmpty()) {
          listener.rejected(); // the queue is full of others' calls
          throw e;
        }
        answers.add(await(pending.remove()).prediction());
      }
    }
  }

  /**
   * Classifies an image later.
   *
   * @param image where it is
   * @return the answer to come; what depends on it runs beside the workers, in a pool of as many
   *     threads, which it should not hold up; cancelling it takes the call back
   * @throws OverloadedException if too many calls wait
   * @throws IllegalStateException if this predictor is closed
   */
  public CompletableFuture<Prediction> predictAsync(ImageSource image) {
    return later(submit(image, config.deadline()), Outputs::prediction);
  }

  /**
   * Computes the features of an image: what the head sees.
   *
   * @param image where it is
   * @return as many values as {@link #card()}'s head takes, 512 for a ResNet-18
   */
  public float[] embed(ImageSource image) {
    return await(submit(image, config.deadline())).features();
  }

  /**
   * Computes the features of an image later.
   *
   * @param image where it is
   * @return the features to come; what depends on them runs beside the workers, in a pool of as
   *     many threads, which it should not hold up; cancelling takes the call back
   * @throws OverloadedException if too many calls wait
   * @throws IllegalStateException if this predictor is closed
   */
  public CompletableFuture<float[]> embedAsync(ImageSource image) {
    return later(submit(image, config.deadline()), Outputs::features);
  }

  /**
   * Computes everything that the model gives for a list of images, later. Either all of them are
   * accepted or none is; each is answered by itself.
   *
   * @param images where they are, at most as many as the queue holds
   * @return what is to come, in the same order; what depends on it runs beside the workers, in a
   *     pool of as many threads, which it should not hold up
   * @throws OverloadedException if there is no room in the queue for all of them
   * @throws IllegalStateException if this predictor is closed
   */
  public List<CompletableFuture<Outputs>> outputsAsync(List<ImageSource> images) {
    List<Call> calls = images.stream().map(image -> new Call(image, config.deadline())).toList();
    submit(calls);
    return calls.stream().map(call -> later(call, Function.identity())).toList();
  }

  /**
   * Rejects what would be rejected as a call at present, before more is done for it, such as
   * reading a request's body. It counts as a rejected call.
   *
   * @throws OverloadedException if too many calls wait
   */
  public void requireRoom() {
    if (queue.size() >= config.queueCapacity()) {
      listener.rejected();
      throw new OverloadedException(config.queueCapacity());
    }
  }

  private <T> CompletableFuture<T> later(Call call, Function<Outputs, T> result) {
    CompletableFuture<Outputs> answer = call.answer;
    Duration deadline = call.deadline();
    if (deadline != null) {
      answer =
          answer
              .copy()
              .orTimeout(call.left(deadline), TimeUnit.NANOSECONDS)
              .exceptionallyCompose(
                  e -> {
                    if (e instanceof TimeoutException) { // unless it is answered by now
                      call.answer.completeExceptionally(new DeadlineExceededException(deadline));
                    }
                    return call.answer;
                  });
    }
    CompletableFuture<T> later = answer.thenApplyAsync(result, dependents);
    var unused =
        later.whenComplete(
            (value, problem) -> {
              if (later.isCancelled()) {
                call.answer.cancel(false); // a worker leaves it out, if it has not begun
              }
            });
    return later;
  }

  private Call submit(ImageSource image, @Nullable Duration deadline) {
    var call = new Call(image, deadline);
    submit(List.of(call));
    return call;
  }

  private void submit(List<Call> calls) {
    try {
      queue.addAll(calls);
    } catch (OverloadedException e) {
      listener.rejected();
      throw e;
    }
  }

  private Outputs await(Call call) {
    Duration deadline = call.deadline();
    try {
      if (deadline != null && !finishes(call, deadline)) {
        call.answer.completeExceptionally(new DeadlineExceededException(deadline));
      }
      return call.answer.get();
    } catch (InterruptedException e) {
      call.answer.cancel(false);
      Thread.currentThread().interrupt();
      throw new CancellationException("Interrupted while waiting for an answer.");
    } catch (ExecutionException e) {
      throw unwrap(e);
    }
  }

  private static boolean finishes(Call call, Duration deadline) throws InterruptedException {
    try {
      call.answer.get(call.left(deadline), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      return true; // told to who asks again
    }
    return true;
  }

  private static RuntimeException unwrap(ExecutionException e) {
    if (e.getCause() instanceof Error error) {
      throw error;
    }
    return e.getCause() instanceof RuntimeException problem
        ? problem
        : new IllegalStateException(e);
  }

  /**
   * Replaces the model without dropping a call: calls are answered by the old one until the new one
   * is loaded, checked and warmed up. Its classes and its image size may differ.
   *
   * @param file a {@code model.pt} that graft saved
   * @throws dev.graft.weights.WeightsException if the file is no whole TorchScript file; the old
   *     model stays
   * @throws dev.graft.model.ModelException if it is no artefact of graft; the old model stays
   * @throws IllegalStateException if this predictor is closed
   */
  public void reload(Path file) {
    LoadedModel next = LoadedModel.load(file, config);
    LoadedModel last;
    synchronized (this) {
      if (queue.isClosed()) {
        next.release();
        throw new IllegalStateException("The predictor is closed.");
      }
      last = model;
      model = next;
    }
    last.release();
    listener.reloaded(next.facts().version());
  }

  /** The current model, held for one batch. */
  private LoadedModel acquire() {
    while (true) {
      LoadedModel current = model;
      if (current.acquire()) {
        return current;
      } // it was replaced and freed in between
    }
  }

  /**
   * Tells how this predictor works.
   *
   * @return what it was made with
   */
  public PredictorConfig config() {
    return config;
  }

  /**
   * Describes the model that answers at present.
   *
   * @return its classes, head and preprocessing
   */
  public Card card() {
    return model.facts().card();
  }

  /**
   * Names the model that answers at present.
   *
   * @return the first twelve hexadecimal digits of its file's SHA-256
   */
  public String version() {
    return model.facts().version();
  }

  /**
   * Tells how many calls wait for a worker.
   *
   * @return at most the configuration's capacity
   */
  public int queued() {
    return queue.size();
  }

  /**
   * Refuses new calls, waits for those that were made, and frees the model. Harmless again.
   *
   * @throws IllegalStateException if a listener does it in a worker, which cannot wait for itself
   */
  @Override
  public void close() {
    if (threads.contains(Thread.currentThread())) {
      throw new IllegalStateException("A predictor's own worker cannot close it.");
    }
    boolean again;
    synchronized (this) {
      again = queue.close();
    }
    for (Thread thread : threads) {
      Uninterruptibly.run(thread::join);
    }
    if (!again) {
      model.release();
    }
  }
}
