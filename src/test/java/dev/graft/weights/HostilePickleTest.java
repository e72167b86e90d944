package dev.graft.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Pickles written by hand, opcode by opcode, in a zip as torch.save writes it. */
@Timeout(60)
class HostilePickleTest {
  private static final String STORAGE =
      "(X\7\0\0\0storagectorch\nFloatStorage\nX\1\0\0\0000X\3\0\0\0cpu";
  private static final String REBUILD = "ctorch._utils\n_rebuild_tensor_v2\n(";
  private static final String REST = "\u0089ccollections\nOrderedDict\n)RtR";

  @TempDir Path dir;

  @Test
  void readsTheBaseOfTheseTests() throws IOException {
    try (StoredStateDict state =
        StateDictFile.read(file(dict(tensor("K\2", "K\0", "K\2\u0085", "K\1\u0085"))))) {
      assertThat(state.tensors().get("w").shape()).containsExactly(2L);
    }
  }

  @Test
  void takesTheLastValueOfAKey_asPythonDoes() throws IOException {
    String first = tensor("K\2", "K\0", "K\2\u0085", "K\1\u0085");
    String last = tensor("K\2", "K\0", "K\1\u0085", "K\1\u0085");
    String key = "X\1\0\0\0w";
    String other = "X\1\0\0\0v";
    Path file = file("\u0080\2}(" + key + first + other + first + key + last + "u.");

    try (StoredStateDict state = StateDictFile.read(file)) {
      assertThat(state.tensors().keySet()).containsExactly("w", "v");
      assertThat(state.tensors().get("w").shape()).containsExactly(1L);
      assertThat(state.dropped()).isEmpty();
    }
  }

  @Test
  void dropsKeysThatAreNoText_byName() throws IOException {
    String tensor = tensor("K\2", "K\0", "K\2\u0085", "K\1\u0085");
    String keys = "N" + tensor + "K\7" + tensor + "K\1K\2\u0086" + tensor + "\u0088K\0";
    String others = "F1.5\nNC\1aN" + "X\u0096\0\0\0" + "\u001b".repeat(150) + "K\0";
    Path file = file("\u0080\2}(X\1\0\0\0w" + tensor + keys + others + "u.");

    try (StoredStateDict state = StateDictFile.read(file)) {
      assertThat(state.tensors()).containsOnlyKeys("w");
      assertThat(state.dropped())
          .containsExactly(
              "None", "7", "a tuple", "true", "1.5", "an object", "?".repeat(120) + "…");
    }
    refused("\u0080\2}K\7" + tensor + "s.", "a dict without names: its tensors' keys are no text");
    refused("\u0080\2}]" + tensor + "s.", "has a list or a dict as a key");
    refused("\u0080\2}}" + tensor + "s.", "has a list or a dict as a key");
    refused("}K\7K\7s.", "a dict without tensors (its keys: 7)");
  }

  @Test
  void removesAMillionPrefixes_withoutCopyingThem() throws IOException {
    String name = "module.".repeat(1 << 20);
    String length = "X\0\0p\0";
    String tensor = tensor("K\2", "K\0", "K\2\u0085", "K\1\u0085");
    Path file = file("\u0080\2}" + length + name + tensor + "s.");

    try (StoredStateDict state = StateDictFile.read(file)) {
      assertThat(state.tensors()).containsOnlyKeys("");
    }
  }

  @Test
  void refusesCommands_inEveryWayToCallThem() throws IOException {
    refused("cos\nsystem\n(X\4\0\0\0trueR.", "asks to run os.system", "Do not use it");
    refused("\u0080\4\u008c\2os\u008c\6system\u0093\u008c\4true\u0085R.", "asks to run os.system");
    refused("(X\4\0\0\0trueios\nsystem\n.", "asks to run os.system");
    refused("(cos\nsystem\nX\4\0\0\0trueo.", "asks to run os.system");
    refused("c__builtin__\neval\nX\1\0\0\0001\u0085R.", "asks to run builtins.eval");
    refused("}X\1\0\0\0acsubprocess\nPopen\n)\u0081s.", "asks to run subprocess.Popen");
    refused("}X\1\0\0\0acos.path\njoin\n)\u0081s.", "asks to run os.path.join");
    refused("ctorch.storage\n_load_from_bytes\nC\1a\u0085R.", "torch.storage._load_from_bytes");
    refused("ctorch\nload\nX\1\0\0\0a\u0085R.", "torch.load");
    refused("\u0082\1.", "extension registry");
    refused("\u0083\1\0.", "extension registry");
    refused("\u0084\1\0\0\0.", "extension registry");
    refused("cos\nsystem\n.", "asks to run os.system", "graft runs nothing of a file");
    String space = "}X\1\0\0\0actypes\nSimpleNamespace\n)\u0081s.";
    refused(space, "needs Python's types.SimpleNamespace", "weights_only=False");
    String scalar = "}X\1\0\0\0acnumpy.core.multiarray\nscalar\n)\u0081s.";
    refused(scalar, "needs Python's numpy.core.multiarray.scalar", "weights_only=False");
    refused("\u0097.", "keeps data outside itself");
  }

  @Test
  void showsNames_withoutTheirControlCharacters() throws IOException {
    refused("cos\u001b[31m\nsystem\n.", "os?[31m.system");
    refused("c" + "x".repeat(5000) + "\ny\n.", "x".repeat(120) + "…");
  }

  @Test
  void refusesReferencesToTheOutside_thatAreNoStorages() throws IOException {
    refused("X\7\0\0\0storageQ.", "refers to something outside");
    refused("P/etc/passwd\n.", "refers to something outside");
    refused(")Q.", "refers to something outside");
    refused("(NNNNNtQ.", "refers to something outside");
    refused("(X\7\0\0\0storageX\1\0\0\0aNNK\1tQ.", "refers to something outside");
    refused(STORAGE + "K\1(X\1\0\0\0aK\1K\1ttQ.", "a view that leaves its storage");
    refused(STORAGE + "J\u00ff\u00ff\u00ff\u00fftQ.", "a storage of -1 elements");
    refused(STORAGE + "\u008a\10\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\177tQ.", "elements");
  }

  @Test
  void refusesTensors_thatLeaveTheirStorageOrOverflow() throws IOException {
    String huge = "\u008a\10\0\0\0\0\0\0\0\100"; // 2^62
    refused(dict(tensor("K\2", "K\1", "K\2\u0085", "K\1\u0085")), "leaves its storage");
    refused(dict(tensor("K\2", "K\0", "K\3\u0085", "K\1\u0085")), "leaves its storage");
    refused(dict(tensor("K\2", "K\0", "K\2\u0085", "K\2\u0085")), "leaves its storage");
    refused(dict(tensor("K\2", huge, "K\2\u0085", "K\1\u0085")), "leaves its storage");
    refused(dict(tensor("K\2", "J\u00ff\u00ff\u00ff\u00ff", "K\1\u0085", "K\1\u0085")), "leaves");
    refused(dict(tensor("K\2", "K\0", huge + "K\4\u0086", "K\1K\1\u0086")), "2 GiB");
    refused(dict(tensor("K\2", "K\0", "K\5\u0085", huge + "\u0085")), "overflow");
    refused(dict(tensor("K\2", "K\0", "K\2\u0085", "J\u00ff\u00ff\u00ff\u00ff\u0085")), "negative");
    refused(dict(tensor("K\2", "K\0", "J\u00ff\u00ff\u00ff\u00ff\u0085", "K\1\u0085")), "negative");
    refused(dict(tensor("K\2", "K\0", "K\2\u0085", ")")), "[2] sizes but []");
    refused(dict(tensor("K\2", "K\0", "J\0\0\0\10\u0085", "K\0\u0085")), "far larger than its");
    refused(dict(tensor("K\3", "K\0", "K\2\u0085", "K\1\u0085")), "has 8 bytes, not 12");
    refused(
        dict(tensor("K\2", "K\0", "(" + "K\1".repeat(17) + "t", ")")), "more than 16 dimensions");
    refused(dict(tensor("K\2", "N", "K\2\u0085", "K\1\u0085")), "an integer belongs");
  }

  @Test
  void refusesBrokenStacksAndMemos() throws IOException {
    refused(".", "takes a value that is not there");
    refused("0.", "a mark that is not there");
    refused("t.", "a mark that is not there");
    refused("K\1(0a.", "takes a value that is not there");
    refused("h\7.", "recalls what it has not memorised");
    refused("gx\n.", "no number");
    refused("}(K\1u.", "a key without a value");
    refused("K\7K\1K\1s.", "cannot be set");
    refused("K\1K\1a.", "appends to what is no list");
    refused("K\1K\1R.", "what is no tuple");
    refused("K\1)R.", "calls what cannot be called");
    refused("K\1Nb.", "sets attributes of what has none");
    refused("ctorch\nSize\n)R.", "too few arguments");
    refused("\u0080\u00ff.", "protocol 255");
    refused("\u00ff.", "opcode that is not known");
    refused("K", "ends too early");
  }

  @Test
  void refusesLengths_thatAreNotThere() throws IOException {
    refused("X\u00ff\u00ff\u00ff\177abc.", "declares 2147483647 bytes");
    refused("X\0\0\1\0abc.", "ends too early");
    refused("\u008d\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ffabc.", "declares -1 bytes");
    refused("\u008e\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\177abc.", "declares 92233720");
    refused("\u008b\0\0\0\1abc.", "an integer of 16777216 bytes");
    refused("\u008b\u00ff\u00ff\u00ff\u00ffabc.", "an integer of -1 bytes");
    refused("L" + "9".repeat(300) + "L\n.", "a number of 301 characters");
    refused("F0x\n.", "a number that is none");
  }

  @Test
  void survivesNesting_cyclesAndRepeatedDoubling() throws IOException {
    refused("]".repeat(1) + "]a".repeat(400_000) + ".", "it holds a list");
    refused(")" + "\u0085".repeat(900_000) + ".", "it holds a list");
    refused("]q\0h\0a.", "it holds a list");
    refused("}q\0X\1\0\0\0ah\0s.", "a dict without tensors (its keys: a)");
    refused("}q\0X\5\0\0\0modelh\0s.", "a dict without tensors");
    StringBuilder laughs = new StringBuilder("]q\0");
    for (int i = 0; i < 200; i++) {
      laughs.append("](").append("h").append((char) i).append("h").append((char) i).append("eq");
      laughs.append((char) (i + 1));
    }
    refused(laughs + ".", "it holds a list");
  }

  @Test
  void boundsOpcodes_andCopies() throws IOException {
    refused("N".repeat(2_000_000), "more than 1048576 opcodes");
    String pairs = "](" + "K\1K\1\u0086".repeat(100_000) + "eq\0";
    refused(pairs + "ccollections\nOrderedDict\nh\0\u0085R.", "no pairs");
    String named = "X\1\0\0\0aq\1](" + "h\1K\1\u0086".repeat(100_000) + "eq\0";
    String copy = "ccollections\nOrderedDict\nh\0\u0085R0";
    refused(named + copy.repeat(100) + ".", "copies more than");
  }

  @Test
  void doesNotUnpackAPickle_largerThanOneNeedsToBe() throws IOException {
    refused("B\0\0\0\1" + "x".repeat(1 << 24) + ".", "declares 16777216 bytes");
    refused("C\u00ff".concat("x".repeat(255)).repeat(70_000) + ".", "more than it may have");
  }

  /** Each tensor is small, but reading them all would read or unpack 64 MiB again and again. */
  @Test
  void boundsWhatIsReadForManySmallTensors() throws IOException {
    int bytes = 1 << 20;
    StringBuilder ends = new StringBuilder("\u0080\2}(");
    StringBuilder lasts = new StringBuilder("\u0080\2}(");
    for (int i = 100; i < 300; i++) {
      String name = "X\3\0\0\0" + i;
      ends.append(name).append(tensor("J\0\0\4\0", "K\0", "K\2\u0085", "J\u00ff\u00ff\3\0\u0085"));
      lasts.append(name).append(tensor("J\0\0\4\0", "J\u00ff\u00ff\3\0", "K\1\u0085", "K\1\u0085"));
    }
    byte[] storage = new byte[bytes];

    refused(zip(ends + "u.", storage, false), "are scattered", "v.clone()");
    refused(zip(lasts + "u.", storage, true), "lie in compressed storages", "v.clone()");
    try (StoredStateDict state = StateDictFile.read(zip(lasts + "u.", storage, false))) {
      assertThat(state.tensors()).hasSize(200);
    }
  }

  private Path zip(String pickle, byte[] storage, boolean compressed) throws IOException {
    Path file = dir.resolve("large.pth");
    try (var zip = new ZipOutputStream(Files.newOutputStream(file))) {
      zip.putNextEntry(new ZipEntry("archive/data.pkl"));
      zip.write(pickle.getBytes(StandardCharsets.ISO_8859_1));
      var entry = new ZipEntry("archive/data/0");
      if (!compressed) {
        CRC32 crc = new CRC32();
        crc.update(storage);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(storage.length);
        entry.setCrc(crc.getValue());
      }
      zip.putNextEntry(entry);
      zip.write(storage);
    }
    return file;
  }

  private static String dict(String tensor) {
    return "\u0080\2}X\1\0\0\0w" + tensor + "s.";
  }

  private static String tensor(String elements, String offset, String sizes, String strides) {
    return REBUILD + STORAGE + elements + "tQ" + offset + sizes + strides + REST;
  }

  private void refused(String pickle, String... says) throws IOException {
    refused(file(pickle), says);
  }

  private static void refused(Path file, String... says) {
    assertThatThrownBy(() -> StateDictFile.read(file).close())
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining(file.toString())
        .satisfies(e -> assertThat(e.getMessage()).contains(says));
  }

  private Path file(String pickle) throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("archive/data.pkl", pickle.getBytes(StandardCharsets.ISO_8859_1));
    entries.put("archive/data/0", new byte[8]);
    entries.put("archive/version", new byte[] {'3'});
    return Files.write(dir.resolve("hostile.pth"), Zips.of(entries));
  }
}
