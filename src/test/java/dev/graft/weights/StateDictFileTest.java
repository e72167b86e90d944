package dev.graft.weights;

import static dev.graft.weights.References.assertSame;
import static dev.graft.weights.References.formula;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StateDictFileTest {
  /** How the reference "views" takes its elements from "base": shape, then each one's index. */
  private static final Map<String, List<List<Integer>>> VIEWS =
      Map.of(
          "column", List.of(List.of(4), List.of(2, 8, 14, 20)),
          "row", List.of(List.of(6), List.of(6, 7, 8, 9, 10, 11)),
          "steps", List.of(List.of(2, 3), List.of(1, 3, 5, 13, 15, 17)),
          "scalar", List.of(List.of(), List.of(23)),
          "expanded", List.of(List.of(3, 2), List.of(0, 1, 0, 1, 0, 1)));

  @TempDir Path dir;

  @ParameterizedTest
  @CsvSource({
    "types.pth, TORCH_ZIP",
    "types-protocol-4.pth, TORCH_ZIP",
    "types-protocol-5.pth, TORCH_ZIP",
    "types-big-endian.pth, TORCH_ZIP",
    "types-legacy.pth, TORCH_LEGACY",
    "types-legacy-protocol-4.pth, TORCH_LEGACY",
    "types-legacy-protocol-5.pth, TORCH_LEGACY",
  })
  void reads_everyType(String name, WeightsFormat format) {
    Path file = References.path(name);

    assertThat(StateDictFile.kind(file)).isEqualTo(format);
    try (StoredStateDict state = StateDictFile.read(file)) {
      assertSame(state.tensors(), References.types());
      assertThat(state.tensors().keySet()).containsExactlyElementsOf(References.types().keySet());
      assertThat(state.format()).isEqualTo(format);
      assertThat(state.metadata()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "model.pth",
        "model-legacy.pth",
        "model.safetensors",
        "data-parallel.pth",
        "compiled-parallel.pth",
        "parallel-compiled.pth",
        "compiled.safetensors",
        "checkpoint.pth",
        "checkpoint-legacy.pth",
      })
  void readsAModel_alsoOfDataParallelAndInACheckpoint(String name) {
    try (StoredStateDict state = StateDictFile.read(References.path(name))) {
      assertSame(state.tensors(), References.model());
    }
  }

  @Test
  void namesWhatItDrops_ofACheckpoint() {
    List<String> checkpoint =
        List.of("epoch", "arch", "best_acc1", "nothing", "yes", "optimizer", "scheduler", "loss");

    assertThat(dropped("model.pth")).isEmpty();
    assertThat(dropped("compiled.safetensors")).isEmpty();
    assertThat(dropped("checkpoint.pth")).startsWith(checkpoint.toArray(String[]::new));
    assertThat(dropped("checkpoint-legacy.pth"))
        .isEqualTo(dropped("checkpoint.pth"))
        .contains("7")
        .doesNotContain("state_dict");
    assertThat(dropped("compiled-parallel.pth")).containsExactly("model_ema", "3", "acc");
  }

  private static List<String> dropped(String name) {
    try (StoredStateDict state = StateDictFile.read(References.path(name))) {
      return state.dropped();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"views.pth", "views-legacy.pth"})
  void readsViews_ofOneStorage(String name) {
    StoredTensor base = formula(StoredType.FLOAT32, 10, 4, 6);
    try (StoredStateDict state = StateDictFile.read(References.path(name))) {
      Map<String, StoredTensor> tensors = state.tensors();
      assertSame("base", tensors.get("base"), base);
      VIEWS.forEach(
          (view, is) -> assertSame(view, tensors.get(view), pick(base, is.get(0), is.get(1))));
      List<Integer> columns =
          List.of(
              0, 6, 12, 18, 1, 7, 13, 19, 2, 8, 14, 20, 3, 9, 15, 21, 4, 10, 16, 22, 5, 11, 17, 23);
      assertSame("transposed", tensors.get("transposed"), pick(base, List.of(6, 4), columns));
      List<Integer> lower = List.of(12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23);
      assertSame("parameter", tensors.get("parameter"), pick(base, List.of(2, 6), lower));
      List<Integer> middle = List.of(6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17);
      assertSame("leaf", tensors.get("leaf"), pick(base, List.of(2, 6), middle));
      assertThat(tensors).hasSize(9);
    }
  }

  @Test
  void readsWhatItWrites() {
    Path file = dir.resolve("out.pth");
    TorchStateDictFile.write(file, References.types());

    assertThat(StateDictFile.kind(file)).isEqualTo(WeightsFormat.TORCH_ZIP);
    try (StoredStateDict state = StateDictFile.read(file)) {
      assertSame(state.tensors(), References.types());
      assertThat(state.tensors().keySet()).containsExactlyElementsOf(References.types().keySet());
    }
  }

  @Test
  void writesTensorsAlignedTo64Bytes_andTheSameBytesEachTime() throws IOException {
    Path file = dir.resolve("out.pth");
    TorchStateDictFile.write(file, References.model());
    byte[] bytes = Files.readAllBytes(file);
    String text = new String(bytes, StandardCharsets.ISO_8859_1);

    for (int key = 0; key < References.model().size(); key++) {
      int name = text.indexOf("archive/data/" + key);
      int extraBytes = (bytes[name - 2] & 0xff) | ((bytes[name - 1] & 0xff) << 8);
      int start = name + ("archive/data/" + key).length() + extraBytes;
      StoredTensor tensor = List.copyOf(References.model().values()).get(key);
      assertThat(start % 64).as("place of " + key).isZero();
      assertThat(Arrays.copyOfRange(bytes, start, start + (int) tensor.byteSize()))
          .isEqualTo(References.bytes(tensor));
    }
    TorchStateDictFile.write(file, References.model());
    assertThat(file).hasBinaryContent(bytes);
  }

  /** The script that makes the references checks that Python reads this file. */
  @Test
  void writesTheVeryFile_thatPythonIsShownToRead() throws IOException {
    Path file = dir.resolve("out.pth");
    TorchStateDictFile.write(file, References.model());

    assertThat(file).hasSameBinaryContentAs(References.path("model-by-graft.pth"));
  }

  @Test
  void tellsTorchScript_andRefusesToReadItAsAStateDict() throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("model/data.pkl", latin("pickle"));
    entries.put("model/constants.pkl", latin("pickle"));
    Path script = write(Zips.of(entries));
    Path other = write(Zips.of(Map.of("word/document.xml", latin("<w/>"))));

    assertThat(StateDictFile.kind(script)).isEqualTo(WeightsFormat.TORCHSCRIPT);
    refused(script, "it is TorchScript");
    refused(other, "neither torch.save nor torch.jit.save wrote it");
  }

  @Test
  void refusesAZip_whoseStorageIsMissingOrWhoseByteOrderIsUnknown() throws IOException {
    Path types = References.path("types.pth");

    refused(write(Zips.replace(types, "byteorder", latin("middle"))), "byte order is middle");
    refused(write(Zips.replace(types, "data/0", new byte[4])), "of its tensor f32 has 4 bytes");
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("archive/data.pkl", StateDictPickle.of(References.model()));
    refused(write(Zips.of(entries)), "lacks its entry archive/data/0");
  }

  @Test
  void aClosedZip_isNotRead() {
    StoredStateDict state = StateDictFile.read(References.path("types.pth"));
    state.close();
    state.close();

    assertThatThrownBy(() -> state.tensors().get("f32").data())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("is closed");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "whole-model.pth | a whole Python object of class __main__.WholeModel",
        "whole-model-legacy.pth | a whole Python object of class __main__.WholeModel",
        "namespace.pth | needs Python's argparse.Namespace, which is no part of a state dict",
        "tensor.pth | it holds one tensor, not a state dict",
        "list.pth | it holds a list, not a state dict",
        "no-tensors.pth | it holds a dict without tensors (its keys: a)",
      })
  void refusesWhatIsNoStateDict_andSaysHowToSaveOne(String name, String says) {
    refused(References.path(name), says, "torch.save(model.state_dict(), \"weights.pth\")");
  }

  @ParameterizedTest
  @CsvSource({"complex.pth, torch.ComplexFloatStorage", "float8.pth, torch.float8_e4m3fn"})
  void refusesTypesThatAreNotKnown_byName(String name, String type) {
    refused(References.path(name), "tensors of type " + type, "tensor.to(torch.float32)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"evil.pth", "evil-protocol-4.pth"})
  void refusesCommands_withoutRunningThem(String name) {
    refused(References.path(name), "asks to run posix.system", "Do not use it");
    assertThat(Path.of("/tmp/graft-was-here")).doesNotExist();
  }

  @Test
  void refusesOtherFiles_andSaysWhatTheyAre() throws IOException {
    byte[] tar = Arrays.copyOf(latin("sys_info"), 1024);
    System.arraycopy(latin("ustar"), 0, tar, 257, 5);
    refused(write(tar), "a tar archive, as the first versions of torch.save wrote", "torch.save(");
    refused(write(latin("\u0093NUMPY\1\0v\0{'descr': '<f4'}")), "an array of NumPy", "torch.save(");
    refused(write(latin("\u0080\4\u0095\0\0\0\0\0\0\0\0}.")), "not one that torch.save wrote");
    refused(write(latin("<!DOCTYPE html><html>")), "a web page", "Download the file itself");
    refused(write(latin("version https://git-lfs.github.com/spec/v1\n")), "git lfs pull");
    refused(write(latin("hello\n")), "a text file", "torch.save(");
    refused(write(new byte[100]), "all zero");
    refused(write(latin("\u0001\u0002\u0003")), "no zip archive, no pickle");
    refused(write(new byte[0]), "it is empty");
    refused(dir, "it is a folder");
    refused(dir.resolve("no.pth"), "there is no such file");
  }

  @Test
  void refusesTensors_longerThanTheirStorage() throws IOException {
    byte[] whole = Files.readAllBytes(References.path("model-legacy.pth"));
    byte[] longer = whole.clone();
    int size = new String(whole, StandardCharsets.ISO_8859_1).indexOf("cpuq") + 5;
    assertThat(longer[size]).isEqualTo((byte) 'K');
    longer[size + 1]--;

    refused(write(longer), "it leaves its storage");
  }

  private void refused(Path file, String... says) {
    assertThatThrownBy(() -> StateDictFile.read(file).close())
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining(file.toString())
        .satisfies(e -> assertThat(e.getMessage()).contains(says));
  }

  private static byte[] latin(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private Path write(byte[] bytes) throws IOException {
    return Files.write(Files.createTempFile(dir, "weights", ".pth"), bytes);
  }

  private static StoredTensor pick(StoredTensor base, List<Integer> shape, List<Integer> indices) {
    ByteBuffer from = base.data();
    ByteBuffer to = ByteBuffer.allocate(4 * indices.size()).order(ByteOrder.LITTLE_ENDIAN);
    indices.forEach(i -> to.putFloat(from.getFloat(4 * i)));
    return StoredTensor.of(base.type(), shape.stream().map(Integer::longValue).toList(), to.flip());
  }
}
