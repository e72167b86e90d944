package dev.graft.data;

import java.nio.FloatBuffer;
import java.util.SplittableRandom;

/**
 * Writes one sample at a time, an image or its cached features; used by one thread, which opens and
 * closes it.
 */
interface SampleSource extends AutoCloseable {
  void load(int index, Sample sample, SplittableRandom random, FloatBuffer out, int offset);

  @Override
  void close();
}
