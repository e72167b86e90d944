package dev.graft.predict;

import static java.lang.System.Logger.Level.WARNING;

import dev.graft.image.ImagePipeline;
import dev.graft.image.Layout;
import dev.graft.image.Preprocessing;
import dev.graft.torch.NativeRuntime;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A thread that takes calls, decodes their images and computes the answers. */
final class Worker implements Runnable {
  private static final System.Logger LOG = System.getLogger(Predictor.class.getName());

  private final CallQueue queue;
  private final Supplier<LoadedModel> model;
  private final PredictorConfig config;
  private final PredictorListener listener;
  private @Nullable Preprocessing prepared;
  private @Nullable ImagePipeline pipeline;
  private FloatBuffer pixels = FloatBuffer.allocate(0);

  /**
   * Makes a worker.
   *
   * @param model gives the current model, already acquired
   */
  Worker(
      CallQueue queue,
      Supplier<LoadedModel> model,
      PredictorConfig config,
      PredictorListener listener) {
    this.queue = queue;
    this.model = model;
    this.config = config;
    this.listener = listener;
  }

  @Override
  public void run() {
    NativeRuntime.setThreadsOfThisThread(config.threadsPerWorker());
    boolean ready = false;
    boolean open = true;
    while (open) {
      try {
        if (!ready) {
          ready = true;
          warmUp();
        }
        open = work();
      } catch (Throwable e) { // such as no memory to wait with: the worker has to live
        LOG.log(WARNING, "A predictor's worker goes on after an error.", e);
      }
    }
    closePipeline();
  }

  /** Loads what decodes images, which takes longer than any image, before the first one comes. */
  private void warmUp() {
    LoadedModel current = model.get();
    try {
      prepare(current.facts().card().preprocessing());
    } finally {
      current.release();
    }
  }

  /** Serves the next calls; false if there will be no more. */
  private boolean work() {
    List<Call> calls = queue.take();
    if (calls.isEmpty()) {
      return false;
    }
    try {
      serve(calls);
    } catch (Throwable e) { // the calls have to end
      calls.forEach(call -> fail(call, e));
    } finally {
      queue.done();
    }
    return true;
  }

  private void serve(List<Call> calls) {
    LoadedModel current = model.get();
    try {
      List<Call> decoded = decode(calls, current.facts().card().preprocessing());
      if (!decoded.isEmpty()) {
        forward(decoded, current);
      }
    } finally {
      current.release();
    }
  }

  private List<Call> decode(List<Call> calls, Preprocessing preprocessing) {
    prepare(preprocessing);
    List<Call> decoded = new ArrayList<>();
    for (Call call : calls) {
      call.taken = System.nanoTime();
      if (call.isOver()) {
        expire(call);
        continue;
      }
      try {
        load(call.source, preprocessing, decoded.size() * preprocessing.floats());
        call.decoded = System.nanoTime();
        decoded.add(call);
      } catch (Throwable e) { // an image that does not fit in memory is not its neighbours' fault
        fail(call, e);
      }
    }
    return decoded;
  }

  private void load(ImageSource source, Preprocessing preprocessing, int offset) {
    ImagePipeline to = java.util.Objects.requireNonNull(pipeline);
    var random = new SplittableRandom(0); // evaluation takes no chances
    if (source instanceof ImageSource.File file) {
      to.load(file.path(), random, pixels, offset);
    } else if (source instanceof ImageSource.Encoded encoded) {
      to.load(encoded.content(), encoded.name(), random, pixels, offset);
    } else if (source instanceof ImageSource.Decoded decoded) {
      to.load(decoded.image(), random, pixels, offset);
    } else if (source instanceof ImageSource.Preprocessed preprocessed) {
      preprocessed.copyTo(pixels, offset, preprocessing);
    }
  }

  private void forward(List<Call> calls, LoadedModel current) {
    long start = System.nanoTime();
    LoadedModel.Rows rows = current.compute(pixels, calls.size());
    long forward = System.nanoTime() - start;
    for (int i = 0; i < calls.size(); i++) {
      Call call = calls.get(i);
      var timing =
          new Timing(call.taken - call.submitted, call.decoded - call.taken, forward, calls.size());
      var outputs = new Outputs(rows.features(i), rows.logits(i), current.facts(), timing);
      if (!call.answer.complete(outputs)) {
        expire(call);
      } else if (call.end()) {
        PredictionEvent.emit(timing, current.facts().version());
        listener.answered(timing);
      }
    }
  }

  private void fail(Call call, Throwable cause) {
    if (!call.answer.completeExceptionally(cause)) {
      expire(call);
    } else if (call.end()) {
      listener.failed(cause);
    }
  }

  private void expire(Call call) {
    if (call.end()) {
      listener.expired();
    }
  }

  private void prepare(Preprocessing preprocessing) {
    if (preprocessing.equals(prepared)) {
      return;
    }
    prepared = null; // until everything is ready
    closePipeline();
    pipeline =
        new ImagePipeline(
            preprocessing, preprocessing.evalTransforms(), Layout.HWC, config.maxPixels());
    int floats = Math.multiplyExact(preprocessing.floats(), config.maxBatch());
    if (pixels.capacity() < floats) { // otherwise kept: only the collector frees it
      pixels =
          ByteBuffer.allocateDirect(Math.multiplyExact(floats, Float.BYTES))
              .order(ByteOrder.nativeOrder())
              .asFloatBuffer();
    }
    prepared = preprocessing;
  }

  private void closePipeline() {
    if (pipeline != null) {
      pipeline.close();
      pipeline = null;
    }
  }
}
