package dev.graft.weights;

import static dev.graft.weights.References.assertSame;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsFileTest {
  @TempDir Path dir;

  @Test
  void reads_whatPythonWrote() {
    Path file = References.path("types.safetensors");

    assertThat(StateDictFile.kind(file)).isEqualTo(WeightsFormat.SAFETENSORS);
    try (StoredStateDict state = StateDictFile.read(file)) {
      assertSame(state.tensors(), References.types());
      assertThat(state.metadata()).isEqualTo(Map.of("format", "pt"));
      assertThat(state.format()).isEqualTo(WeightsFormat.SAFETENSORS);
    }
  }

  @Test
  void writes_whatPythonWrites_byteForByte() throws IOException {
    Path file = dir.resolve("out.safetensors");
    SafetensorsFile.write(file, References.types(), Map.of("format", "pt"));
    assertThat(file).hasSameBinaryContentAs(References.path("types.safetensors"));

    SafetensorsFile.write(file, References.model(), Map.of());
    assertThat(file).hasSameBinaryContentAs(References.path("model.safetensors"));
    try (var files = Files.list(dir)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void readsNamesOfAnyCharacters() {
    Path file = dir.resolve("out.safetensors");
    Map<String, StoredTensor> names =
        Map.of(
            "a \"quoted\"\n日本 \uD83D\uDE00", References.formula(StoredType.INT8, 3, 2),
            "", References.formula(StoredType.INT8, 4, 2));
    SafetensorsFile.write(file, names, Map.of("k", "é"));

    try (StoredStateDict state = StateDictFile.read(file)) {
      assertSame(state.tensors(), names);
      assertThat(state.metadata()).isEqualTo(Map.of("k", "é"));
    }
  }

  @Test
  void aClosedFile_isNotRead() {
    StoredStateDict state = StateDictFile.read(References.path("types.safetensors"));
    state.close();
    state.close();

    assertThatThrownBy(() -> state.tensors().get("f32").data())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("is closed");
  }

  @Test
  void aFailedWrite_leavesTheOldFile() throws IOException {
    Path file = Files.writeString(dir.resolve("out.safetensors"), "old");
    var broken =
        StoredTensor.lazy(
            StoredType.INT8,
            List.of(1L),
            () -> {
              throw new IllegalStateException("no bytes");
            });

    assertThatThrownBy(() -> SafetensorsFile.write(file, Map.of("a", broken), Map.of()))
        .hasMessage("no bytes");
    assertThat(file).hasContent("old");
    try (var files = Files.list(dir)) {
      assertThat(files).containsExactly(file);
    }
    Path nowhere = dir.resolve("no/out.safetensors");
    assertThatThrownBy(() -> SafetensorsFile.write(nowhere, References.types(), Map.of()))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("Cannot write " + nowhere)
        .hasMessageContaining(nowhere.getParent() + " does not exist. Make room or");
  }

  @Test
  void refusesTypesThatAreNotKnown_byName() {
    assertThatThrownBy(() -> StateDictFile.read(References.path("float8.safetensors")))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("its tensor z is of type F8_E4M3")
        .hasMessageContaining("tensor.to(torch.float32)");
  }

  /** A length of 0x4b50 begins with the bytes PK, as a zip does. */
  @Test
  void readsAFile_whoseLengthBeginsAsAZipDoes() throws IOException {
    for (String gap : List.of("", " ")) {
      String header = "{" + gap + tensor("a", "[2]", "[0,2]") + "}";
      byte[] bytes = file(header + " ".repeat(0x4b50 - header.length()), 2);
      assertThat(new String(bytes, 0, 2, StandardCharsets.ISO_8859_1)).isEqualTo("PK");
      Path file = Files.write(dir.resolve("pk.safetensors"), bytes);

      assertThat(StateDictFile.kind(file)).isEqualTo(WeightsFormat.SAFETENSORS);
      try (StoredStateDict state = StateDictFile.read(file)) {
        assertThat(state.tensors()).containsOnlyKeys("a");
      }
    }
  }

  @Test
  void refusesPlaces_thatOverlapLeaveHolesOrLeaveTheFile() throws IOException {
    refused(header(tensor("a", "[2]", "[0,2]"), tensor("b", "[2]", "[1,3]")), 3, "overlaps");
    refused(header(tensor("a", "[2]", "[0,2]"), tensor("b", "[2]", "[3,5]")), 5, "a hole");
    refused(header(tensor("a", "[2]", "[0,2]")), 3, "have 2 bytes, but it holds 3");
    refused(header(tensor("a", "[2]", "[0,2]")), 1, "have 2 bytes, but it holds 1");
    refused(header(tensor("a", "[2]", "[0,3]")), 3, "has 2 bytes, but its place is 0 to 3");
    refused(header(tensor("a", "[2]", "[2,0]")), 2, "its place is 2 to 0");
    refused(header(tensor("a", "[2]", "[-2,0]")), 2, "its place is -2 to 0");
  }

  @Test
  void refusesShapes_thatOverflow() throws IOException {
    String huge = "[4294967296,4294967296]";
    refused(header(tensor("a", huge, "[0,0]")), 0, "more than 2 GiB");
    refused(header(tensor("a", "[3037000500,3037000500,0,-1]", "[0,0]")), 0, "negative size");
    refused(header(tensor("a", "[9223372036854775808]", "[0,0]")), 0, "no valid JSON");
    refused(header(tensor("a", "[-1]", "[0,0]")), 0, "negative size");
    refused(header(tensor("a", "[1.5]", "[0,0]")), 0, "VALUE_NUMBER_FLOAT");
  }

  @Test
  void refusesHeaders_thatAreNoHeaders() throws IOException {
    refused("{\"a\":", 0, "no valid JSON");
    refused("{\"a\":1}", 0, "where START_OBJECT belongs");
    refused("{\"\u202e\":1}", 0, "? has VALUE_NUMBER_INT where START_OBJECT belongs");
    refused("{\"a\":{}}", 0, "lacks its dtype, shape or data_offsets");
    refused("{\"a\":{\"x\":[[[[1]]]]}}", 0, "unknown field x");
    refused("{\"a\":" + "[".repeat(5000), 0, "START_OBJECT");
    refused("{\"__metadata__\":{\"a\":1}}", 0, "__metadata__.a");
    refused("{\"__metadata__\":{}} {}", 0, "goes on after its end");
    String a = tensor("a", "[0]", "[0,0]");
    refused(header(a, a), 0, "Duplicate");
    refused(header(tensor("a", "[" + "1,".repeat(16) + "1]", "[0,1]")), 1, "16 dimensions");
  }

  @Test
  void refusesAHeader_longerThanTheFile() throws IOException {
    for (long length : new long[] {1L << 40, -1, 100_000_001, 12}) {
      byte[] bytes = file("{\"a\": {} } ".substring(0, 11), 0);
      ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(length);
      Path file = Files.write(dir.resolve("bad.safetensors"), bytes);
      assertThatThrownBy(() -> StateDictFile.read(file))
          .isInstanceOf(WeightsException.class)
          .hasMessageContaining("its header has " + Long.toUnsignedString(length) + " bytes");
    }
  }

  private void refused(String header, int dataBytes, String says) throws IOException {
    Path file = Files.write(dir.resolve("bad.safetensors"), file(header, dataBytes));
    assertThatThrownBy(() -> StateDictFile.read(file))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining(says);
  }

  private static byte[] file(String header, int dataBytes) {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(8 + json.length + dataBytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(json.length)
        .put(json)
        .array();
  }

  private static String header(String... tensors) {
    return "{" + String.join(",", tensors) + "}";
  }

  private static String tensor(String name, String shape, String offsets) {
    return "\"%s\":{\"dtype\":\"U8\",\"shape\":%s,\"data_offsets\":%s}"
        .formatted(name, shape, offsets);
  }
}
