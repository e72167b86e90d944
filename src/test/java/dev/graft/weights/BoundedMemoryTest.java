package dev.graft.weights;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Files made to fill the heap, read by a JVM with a small one. */
@Timeout(120)
class BoundedMemoryTest {
  private static final String SMALL_HEAP = "-Xmx128m";

  @TempDir Path dir;
  private final Map<Path, String> says = new LinkedHashMap<>();

  /** Reads each file and prints what is wrong with it, on a line. */
  static final class Reader {
    private Reader() {}

    public static void main(String[] files) {
      for (String file : files) {
        try (StoredStateDict state = StateDictFile.read(Path.of(file))) {
          System.out.println(file + " was read: " + state.tensors().size());
        } catch (WeightsException e) {
          System.out.println(e.getMessage());
        }
      }
    }
  }

  @Test
  void directoriesOfZips() throws Exception {
    add("its zip directory has 60000 entries", zip(60_000, "a/"));
    add("its zip directory has 70000 entries", zip(70_000, "a/")); // with a 64-bit record
    add("bytes, more than 16777216", zip(300, "a/" + "x".repeat(60_000)));
    byte[] small = zip(3, "a/");
    byte[] claims = small.clone();
    int end = claims.length - 22;
    ByteBuffer.wrap(claims).order(ByteOrder.LITTLE_ENDIAN).putShort(end + 10, (short) 60_000);
    add("its zip directory has 60000 entries", claims);
    add("its zip directory has 60000 entries", concat(claims, new byte[10]));
    add("268435456 entries", with64BitRecord(small, 1 << 28));
    add("18446744073709551615 entries", with64BitRecord(small, -1));
    check();
  }

  @Test
  void entriesThatUnpackOrClaimToUnpackToALot() throws Exception {
    add("its size is impossible", pickled(pickle("", "(", 65 << 20, ""), true));
    byte[] claims = pickled(new byte[100], true);
    int directory = new String(claims, StandardCharsets.ISO_8859_1).indexOf("PK\1\2");
    ByteBuffer.wrap(claims).order(ByteOrder.LITTLE_ENDIAN).putInt(directory + 24, 0xfffffff0);
    add("its size is impossible", claims);
    add("more than 1048576 opcodes", pickled(pickle("", "(", 60 << 20, ""), true));
    check();
  }

  @Test
  void pickles() throws Exception {
    int most = 1 << 20;
    add("more than 1048576 opcodes", pickled(pickle("", "}K\1K\1s\u0094", most, "."), true));
    add("more than 1048576 opcodes", pickled(pickle("", "]Na\u0094", most, "."), true));
    add("more than 1048576 opcodes", pickled(pickle("", "X\0\0\0\0\u0094", most, "."), true));
    add("more than 1048576 opcodes", pickled(pickle("", "X\1\0\0\0a\u0094", most, "."), true));
    add("a single value", pickled(pickle("V", "\u00ff", (16 << 20) - 10, "\n."), true));
    add("more than 1048576 opcodes", pickled(pickle("K\1", "\u0085\u0094", most, "."), true));
    add("more than 1048576 opcodes", pickled(pickle("", "F1\n", most + 1, "."), true));
    add(
        "more than it may have",
        pickled(pickle("", "U\u00ff" + "x".repeat(255), 70_000, ""), true));
    String text = "X\0\0\u00e0\0";
    add("a single value", pickled(pickle(text, "x", 0xe00000, "2222222222."), true));
    add("is longer than 16 MiB", pickled(pickle("V", "x", 17 << 20, "\n."), true));
    add("is longer than 16 MiB", pickled(pickle("I", "1", 17 << 20, "\n."), true));
    check();
  }

  @Test
  void headersOfSafetensors() throws Exception {
    int large = 30 << 20;
    add("no valid JSON", safetensors(pickle("{\"", "x", large, "\":1}")));
    add("no valid", safetensors(pickle("{\"__metadata__\":{\"a\":\"", "x", large, "\"}}")));
    add("no valid", safetensors(pickle("{\"a\":{\"dtype\":\"", "x", large, "\"}}")));
    add("START_OBJECT", safetensors(pickle("{\"a\":", "[", large, "")));
    add("no valid", safetensors(pickle("{\"a\":{\"shape\":[", "1", large, "]}}")));
    add("dimensions", safetensors(pickle("{\"a\":{\"shape\":[1", ",1", large / 2, "]}}")));
    add("no valid JSON", safetensors(pickle("{", " ", 95_000_000, "")));
    StringBuilder tensors = new StringBuilder("{");
    StringBuilder notes = new StringBuilder("{\"__metadata__\":{");
    for (int i = 0; i <= 100_000; i++) {
      tensors.append(i == 0 ? "" : ",").append('"').append(i);
      tensors.append("\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}");
    }
    for (int i = 0; i < 2_000_000; i++) {
      notes.append(i == 0 ? "" : ",").append('"').append(i).append("\":\"\"");
    }
    add("more than 100000 tensors", safetensors(latin(tensors + "}")));
    add("more than 100000 notes in its metadata", safetensors(latin(notes + "}}")));
    check();
  }

  /** Each tensor of a file is small, but it has very many, with as many sizes as one may have. */
  @Test
  void shapesOfManyTensors() throws Exception {
    for (int dimensions : new int[] {15, 63}) {
      var header = new StringBuilder("{");
      for (int i = 0; i < 100_000; i++) {
        header.append(i == 0 ? "" : ",").append('"').append(i);
        header.append("\":{\"dtype\":\"U8\",\"shape\":[0").append(",1000".repeat(dimensions));
        header.append("],\"data_offsets\":[0,0]}");
      }
      String reason = dimensions < 16 ? "more than 1048576 sizes together" : "16 dimensions";
      add(reason, safetensors(latin(header + "}")));
    }
    add("more than 1048576 sizes and strides together", pickled(tensorsOfOneShape(16), true));
    add("more than 16 dimensions", pickled(tensorsOfOneShape(64), true));
    check();
  }

  /** A list of tensors without elements that share a tuple of sizes, nine opcodes each. */
  private static byte[] tensorsOfOneShape(int dimensions) throws IOException {
    String storage = "(X\7\0\0\0storagectorch\nFloatStorage\nX\1\0\0\0000X\3\0\0\0cpuK\1tQq\0000";
    String shape = "(K\0" + "K\1".repeat(dimensions - 1) + "tq\0010";
    String rebuild = "ctorch._utils\n_rebuild_tensor_v2\nq\0020";
    String tensor = "h\2(h\0K\0h\1h\1tR";
    return pickle(storage + shape + rebuild + "(", tensor, 110_000, "l.");
  }

  /** Runs the other JVM: all files are refused, each for its reason. */
  private void check() throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add(SMALL_HEAP);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Reader.class.getName()));
    says.keySet().forEach(file -> command.add(file.toString()));
    Path out = dir.resolve("out.txt");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile()).start();
    try {
      assertThat(process.waitFor(100, TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    List<String> lines = Files.readAllLines(out);
    assertThat(lines).hasSameSizeAs(says.keySet());
    int at = 0;
    for (Map.Entry<Path, String> e : says.entrySet()) {
      assertThat(lines.get(at++)).startsWith("Cannot use " + e.getKey()).contains(e.getValue());
    }
    assertThat(process.exitValue()).isZero();
  }

  private void add(String reason, byte[] content) throws IOException {
    says.put(Files.write(dir.resolve("file" + says.size()), content), reason);
  }

  private static byte[] zip(int entries, String name) throws IOException {
    var out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.setMethod(ZipEntry.STORED);
      for (int i = 0; i < entries; i++) {
        ZipEntry entry = new ZipEntry(name + i);
        entry.setSize(0);
        entry.setCrc(0);
        zip.putNextEntry(entry);
      }
    }
    return out.toByteArray();
  }

  /** The zip with a record for 64 bits that claims a number of entries. */
  private static byte[] with64BitRecord(byte[] zip, long entries) {
    int end = zip.length - 22;
    ByteBuffer old = ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer bytes = ByteBuffer.allocate(zip.length + 76).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put(zip, 0, end);
    bytes.putInt(0x06064b50).putLong(44).putInt(0).putInt(0).putInt(0);
    bytes.putLong(entries).putLong(entries);
    bytes.putLong(old.getInt(end + 12)).putLong(old.getInt(end + 16));
    bytes.putInt(0x07064b50).putInt(0).putLong(end).putInt(1);
    bytes.put(zip, end, 22);
    bytes.putShort(bytes.position() - 14, (short) -1).putShort(bytes.position() - 12, (short) -1);
    return bytes.array();
  }

  private static byte[] pickled(byte[] pickle, boolean compressed) throws IOException {
    var out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.setLevel(compressed ? 9 : 0);
      zip.putNextEntry(new ZipEntry("archive/data.pkl"));
      zip.write(pickle);
    }
    return out.toByteArray();
  }

  private static byte[] pickle(String start, String repeated, int times, String end)
      throws IOException {
    var out = new ByteArrayOutputStream();
    out.write(latin(start));
    byte[] bytes = latin(repeated);
    for (int i = 0; i < times; i++) {
      out.write(bytes);
    }
    out.write(latin(end));
    return out.toByteArray();
  }

  private static byte[] safetensors(byte[] header) throws IOException {
    ByteBuffer length = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    return concat(length.putLong(header.length).array(), header);
  }

  private static byte[] concat(byte[] first, byte[] second) throws IOException {
    var out = new ByteArrayOutputStream();
    try (OutputStream both = out) {
      both.write(first);
      both.write(second);
    }
    return out.toByteArray();
  }

  private static byte[] latin(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
