package dev.graft.train;

import dev.graft.torch.DType;
import dev.graft.torch.Tensor;
import dev.graft.weights.StoredTensor;
import dev.graft.weights.StoredType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A long tensor of bytes as several stored ones, {@code NAME.0}, {@code NAME.1} …, so that Java's
 * heap holds one of them at a time: an optimiser's state is twice as large as its model.
 */
final class Chunks {
  static final long BYTES = 32 << 20;

  private Chunks() {}

  /** Adds the chunks of a tensor, uint8 [n], which stays open as long as they are used. */
  static void put(Map<String, StoredTensor> target, String name, Tensor bytes) {
    long total = bytes.numel();
    for (long start = 0; start < total; start += BYTES) {
      long from = start;
      long length = Math.min(BYTES, total - start);
      target.put(
          name + "." + start / BYTES,
          StoredTensor.lazy(
              StoredType.UINT8,
              List.of(length),
              () -> {
                try (Tensor chunk = bytes.narrow(0, from, length)) {
                  return chunk.toByteBuffer();
                }
              }));
    }
  }

  /**
   * Joins the chunks of a name.
   *
   * @return uint8 [n], owned by the caller
   * @throws Checkpoint.Unusable if there are none, or they are no bytes
   */
  static Tensor join(Map<String, StoredTensor> tensors, String name) {
    List<StoredTensor> chunks = new ArrayList<>();
    long total = 0;
    @Nullable StoredTensor next = tensors.get(name + ".0");
    while (next != null) {
      if (next.type() != StoredType.UINT8 || next.shape().size() != 1) {
        throw new Checkpoint.Unusable("its " + name + " has another type");
      }
      chunks.add(next);
      total += next.byteSize();
      next = tensors.get(name + "." + chunks.size());
    }
    if (chunks.isEmpty()) {
      throw new Checkpoint.Unusable("it has no " + name);
    }
    Tensor joined = Tensor.zeros(DType.UINT8, total);
    try {
      long at = 0;
      for (StoredTensor chunk : chunks) {
        try (Tensor from = chunk.toTensor();
            Tensor to = joined.narrow(0, at, chunk.byteSize())) {
          to.copyFrom(from);
        }
        at += chunk.byteSize();
      }
      return joined;
    } catch (Throwable e) {
      joined.close();
      throw e;
    }
  }
}
