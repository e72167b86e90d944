package dev.graft.data;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The memory of one batch, reused for the loader's lifetime, and which batch it holds now. The
 * fields that change belong to {@link BatchQueue}'s lock.
 */
final class Slot {
  static final int FREE = -1;

  final FloatBuffer inputs;
  final LongBuffer labels;

  int batch = FREE;
  int remaining;
  @Nullable Failure failure;

  /** Why the image at a position of the epoch could not be loaded. */
  record Failure(int position, Throwable cause) {}

  Slot(int batchSize, int floatsPerSample) {
    inputs = direct(batchSize * floatsPerSample * Float.BYTES).asFloatBuffer();
    labels = direct(batchSize * Long.BYTES).asLongBuffer();
  }

  void begin(int nextBatch, int size) {
    batch = nextBatch;
    remaining = size;
    failure = null;
  }

  void done(int position, @Nullable Throwable cause) {
    remaining--;
    Failure known = failure;
    if (cause != null && (known == null || position < known.position())) {
      failure = new Failure(position, cause);
    }
  }

  void free() {
    batch = FREE;
    failure = null;
  }

  private static ByteBuffer direct(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
  }
}
