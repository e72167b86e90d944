package dev.graft.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The images that every side computes logits for, drawn as waves: float32 [32, 3, 224, 224]. */
final class FixedInput {
  private static final int IMAGES = 32;
  private static final int SIZE = 224;

  private FixedInput() {}

  static void write(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      for (int i = 0; i < IMAGES; i++) {
        ByteBuffer image = image(i);
        while (image.hasRemaining()) {
          channel.write(image);
        }
      }
    }
  }

  private static ByteBuffer image(int index) {
    ByteBuffer image =
        ByteBuffer.allocate(3 * SIZE * SIZE * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int channel = 0; channel < 3; channel++) {
      for (int y = 0; y < SIZE; y++) {
        for (int x = 0; x < SIZE; x++) {
          double down = Math.sin(0.05 * (index + 1) * y + channel);
          double across = Math.cos(0.03 * (index + 2) * x);
          image.putFloat((float) (down + across));
        }
      }
    }
    return image.flip();
  }
}
