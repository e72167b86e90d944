package dev.graft.bench.worker;

import com.fasterxml.jackson.databind.JsonNode;
import dev.graft.torch.Precision;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Locale;

/**
 * What to prepare: the settings that the driver sent.
 *
 * @param json an object
 */
record Spec(JsonNode json) {
  private static final int PIXELS = 3 * 224 * 224;

  String text(String name) {
    return require(name).asText();
  }

  int number(String name) {
    return require(name).asInt();
  }

  Path path(String name) {
    return Path.of(text(name));
  }

  Precision precision() {
    return Precision.valueOf(text("precision").toUpperCase(Locale.ROOT));
  }

  /** The shape of the fixed input: as many images as the batch has. */
  long[] shape() {
    return new long[] {number("batch"), 3, 224, 224};
  }

  /** The fixed input, in native memory: the first images of the file that the driver wrote. */
  FloatBuffer input() {
    ByteBuffer bytes =
        ByteBuffer.allocateDirect(number("batch") * PIXELS * Float.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN);
    try (FileChannel channel = FileChannel.open(path("input"))) {
      while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
        // until it is full
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.flip().asFloatBuffer();
  }

  private JsonNode require(String name) {
    JsonNode value = json.get(name);
    if (value == null) {
      throw new IllegalArgumentException("The job " + json + " has no \"" + name + "\".");
    }
    return value;
  }
}
