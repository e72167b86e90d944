package dev.graft.model;

import static java.util.Objects.requireNonNull;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** What scripts/make-architecture-references.py wrote of torchvision's architectures. */
final class ArchitectureReferences {
  private ArchitectureReferences() {}

  private static byte[] bytes(String file) {
    try (InputStream in =
        ArchitectureReferences.class.getResourceAsStream("architectures/" + file)) {
      return requireNonNull(in, file).readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String[]> fields(byte[] text) {
    return new String(text, StandardCharsets.UTF_8)
        .lines()
        .filter(line -> !line.startsWith("#"))
        .map(line -> line.split("\t", -1))
        .toList();
  }

  /** The formula's gain. */
  static double gain(Architecture architecture) {
    return Double.parseDouble(table("gains.tsv", architecture).get(0)[1]);
  }

  /** Names and shapes of a kind, parameter or buffer, in the state dict's order. */
  static List<String> state(Architecture architecture, String kind) {
    return state(architecture).stream()
        .filter(line -> line[0].equals(kind))
        .map(line -> line[1] + " [" + line[2].replace(",", ", ") + "]")
        .toList();
  }

  /** Kind, name, shape and the root mean square of torchvision's first weights. */
  static List<String[]> state(Architecture architecture) {
    byte[] file = bytes(architecture.label() + ".state.gz");
    try (var in = new GZIPInputStream(new ByteArrayInputStream(file))) {
      return fields(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The expected values of all forwards, one after the other. */
  static FloatBuffer outputs(Architecture architecture) {
    return ByteBuffer.wrap(bytes(architecture.label() + ".f32"))
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer();
  }

  /** BatchNorm's name, first running mean, first running variance after a step. */
  static List<String[]> trained(Architecture architecture) {
    return table("trained.tsv", architecture);
  }

  /** Path and probability of what training drops. */
  static List<String[]> dropped(Architecture architecture) {
    return table("dropped.tsv", architecture);
  }

  private static List<String[]> table(String file, Architecture architecture) {
    return fields(bytes(file)).stream()
        .filter(line -> line[0].equals(architecture.label()))
        .toList();
  }
}
