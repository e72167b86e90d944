package dev.graft.data;

/** The buffers that a loader allocates once. */
final class BatchMemory {
  private BatchMemory() {}

  static Slot[] allocate(int slots, int batchSize, int floatsPerSample) {
    long sampleBytes = (long) floatsPerSample * Float.BYTES;
    long batchBytes = sampleBytes * batchSize;
    if (batchBytes > Integer.MAX_VALUE) {
      throw new DataException(
          "A batch of "
              + batchSize
              + " samples of "
              + floatsPerSample
              + " numbers is too large for one buffer. Use a batch size of at most "
              + Math.max(1, Integer.MAX_VALUE / sampleBytes)
              + ".");
    }
    try {
      Slot[] ring = new Slot[slots];
      for (int i = 0; i < slots; i++) {
        ring[i] = new Slot(batchSize, floatsPerSample);
      }
      return ring;
    } catch (OutOfMemoryError e) {
      throw new DataException(
          "No memory for "
              + slots
              + " batches of "
              + (batchBytes >> 20)
              + " MiB outside the heap. Use a smaller batch size or less prefetch, or raise"
              + " -XX:MaxDirectMemorySize (by default as large as -Xmx).",
          e);
    }
  }

  static long bytes(Slot[] ring) {
    long bytes = 0;
    for (Slot slot : ring) {
      bytes += (long) slot.inputs.capacity() * Float.BYTES;
      bytes += (long) slot.labels.capacity() * Long.BYTES;
    }
    return bytes;
  }
}
