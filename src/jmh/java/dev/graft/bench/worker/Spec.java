package dev.graft.bench.worker;

import com.fasterxml.jackson.databind.JsonNode;
import dev.graft.torch.Precision;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * What to prepare: the settings that the driver sent.
 *
 * @param json an object
 */
record Spec(JsonNode json) {
  /** How many images the fixed input has. */
  static final int IMAGES = 32;

  /** Of how many images the sides of a row compare their logits. */
  static final int SHOWN = 8;

  /** What the model that every side starts from tells apart. */
  static final List<String> CLASSES = List.of("ants", "bees");

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
    return inputBytes(0).asFloatBuffer();
  }

  /** The fixed input in batches, as many as show what a side computes. */
  List<FloatBuffer> shown() {
    int batch = number("batch");
    return Stream.iterate(0, first -> first < SHOWN, first -> first + batch)
        .map(first -> inputBytes(first).asFloatBuffer())
        .toList();
  }

  /** A batch of the fixed input, little-endian. */
  ByteBuffer inputBytes(int first) {
    ByteBuffer bytes =
        ByteBuffer.allocateDirect(number("batch") * PIXELS * Float.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN);
    try (FileChannel channel = FileChannel.open(path("input"))) {
      channel.position((long) first * PIXELS * Float.BYTES);
      while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
        // until it is full
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.flip();
  }

  /** Where a service listens that another worker has started. */
  InetSocketAddress service() {
    try {
      int port = Integer.parseInt(Files.readString(path("port")));
      return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private JsonNode require(String name) {
    JsonNode value = json.get(name);
    if (value == null) {
      throw new IllegalArgumentException("The job " + json + " has no \"" + name + "\".");
    }
    return value;
  }
}
