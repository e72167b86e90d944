package dev.graft.data;

import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.SplittableRandom;

/** Decodes and transforms one image at a time; used by one thread, which opens and closes it. */
interface ImageSource extends AutoCloseable {
  void load(Path file, SplittableRandom random, FloatBuffer out, int offset);

  @Override
  void close();
}
