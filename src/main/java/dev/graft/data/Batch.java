package dev.graft.data;

import dev.graft.torch.Tensor;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Some images and their labels. The tensors share the loader's memory: {@link #close} closes them
 * and lets the loader write the next batch there, so nothing that views them may be used after it.
 * A batch is used by one thread.
 */
public final class Batch implements AutoCloseable {
  private final int index;
  private final SampleShape shape;
  private final List<Integer> indices;
  private final List<Sample> samples;
  private final Slot slot;
  private final BatchQueue queue;
  private @Nullable Tensor inputs;
  private @Nullable Tensor labels;
  private boolean closed;

  Batch(
      int index,
      SampleShape shape,
      List<Integer> indices,
      List<Sample> samples,
      Slot slot,
      BatchQueue queue) {
    this.index = index;
    this.shape = shape;
    this.indices = indices;
    this.samples = samples;
    this.slot = slot;
    this.queue = queue;
  }

  /**
   * The network's inputs: transformed images, or the features that a {@link FeatureCache} holds.
   *
   * @return float32 [size, 3, H, W], in memory as {@link LoaderConfig#memoryFormat} says, or [size,
   *     F]; on the CPU, owned by this batch
   * @throws IllegalStateException if the batch is closed
   */
  public Tensor inputs() {
    requireOpen();
    Tensor tensor = inputs;
    if (tensor == null) {
      tensor = shape.batch(slot.inputs, size());
      inputs = tensor;
    }
    return tensor;
  }

  /**
   * The class indices.
   *
   * @return int64 [size] on the CPU, owned by this batch
   * @throws IllegalStateException if the batch is closed
   */
  public Tensor labels() {
    requireOpen();
    Tensor tensor = labels;
    if (tensor == null) {
      tensor = Tensor.ofBuffer(slot.labels, size());
      labels = tensor;
    }
    return tensor;
  }

  /**
   * The number of images; the last batch of an epoch may have fewer than the batch size.
   *
   * @return 1 or more
   */
  public int size() {
    return samples.size();
  }

  /**
   * The batch's position in its epoch.
   *
   * @return 0 for the first
   */
  public int index() {
    return index;
  }

  /**
   * Where the images stand in {@link ImageFolder#samples()}.
   *
   * @return one index for each row of {@link #inputs()}
   */
  public List<Integer> indices() {
    return indices;
  }

  /**
   * The files and labels of the images.
   *
   * @return one sample for each row of {@link #inputs()}
   */
  public List<Sample> samples() {
    return samples;
  }

  /** Closes the tensors and gives the memory back to the loader. Twice is harmless. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (inputs != null) {
      inputs.close();
    }
    if (labels != null) {
      labels.close();
    }
    queue.release(slot);
  }

  boolean isClosed() {
    return closed;
  }

  FloatBuffer inputBuffer() {
    requireOpen();
    return slot.inputs;
  }

  LongBuffer labelBuffer() {
    requireOpen();
    return slot.labels;
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("Batch " + index + " is closed.");
    }
  }
}
