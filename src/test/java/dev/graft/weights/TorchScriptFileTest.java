package dev.graft.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TorchScriptFileTest {
  @TempDir Path dir;

  @Test
  void accepts_aScriptedModelsZip() throws IOException {
    Path file = write(zip(scripted()));

    assertThatCode(() -> TorchScriptFile.check(file)).doesNotThrowAnyException();
  }

  @Test
  void accepts_theSharedResnet18() {
    Path file =
        Path.of(System.getProperty("graft.shared", "../shared"), "models/resnet18-imagenet.pt");
    assumeTrue(Files.exists(file), "no weights at " + file);

    assertThatCode(() -> TorchScriptFile.check(file)).doesNotThrowAnyException();
    assertThat(TorchScriptFile.readExtra(file, "classes.json")).isEmpty();
  }

  @Test
  void refuses_aMissingFileAFolderAndAnEmptyFile() throws IOException {
    refused(dir.resolve("no.pt"), "no.pt", "there is no such file", "Check the path");
    refused(dir, "it is a folder");
    refused(write(new byte[0]), "it is empty", "download it again");
  }

  @Test
  void refuses_whatIsNoZip_andSaysWhatItLooksLike() throws IOException {
    refused(write(text("hello, I am a list of classes\n")), "text file");
    refused(write(text("PK\1\2, I begin as a zip does")), "no zip archive");
    refused(write(text("\n<!DOCTYPE html><html>")), "web page");
    refused(write(text("version https://git-lfs.github.com/spec/v1\noid sha256:1\n")), "Git LFS");
    refused(write(new byte[4096]), "all zero", "download it again");
    refused(write(new byte[] {-1, -40, -1, -32, 0, 16}), "no zip archive");
    refused(write(new byte[] {31, -117, 8, 0, 0}), "gzip");
    byte[] pickle = {(byte) 0x80, 2, (byte) 0x8a, 10, 'l', (byte) 0xfc, (byte) 0x9c, 'F'};
    refused(write(pickle), "a state dict", "torch.jit.save(torch.jit.script(model)");
    byte[] safetensors = text("\100\0\0\0\0\0\0\0{\"fc.weight\":{\"dtype\":\"F32\"}}");
    refused(write(safetensors), "safetensors", "torch.jit.script");
  }

  @Test
  void refuses_aTruncatedZip() throws IOException {
    byte[] whole = zip(scripted());

    refused(write(Arrays.copyOf(whole, whole.length / 2)), "truncated", "download it again");
    refused(write(Arrays.copyOf(whole, whole.length - 10)), "truncated", "download it again");
  }

  @Test
  void refuses_aFlippedByte_andNamesTheEntry() throws IOException {
    byte[] bytes = zip(scripted());
    int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("weights-weights");
    bytes[at] ^= 1;

    refused(write(bytes), "model/data/0", "checksum");
  }

  @Test
  void refuses_aStateDict_andSaysHowToScriptTheModel() throws IOException {
    Map<String, byte[]> entries = new TreeMap<>();
    entries.put("archive/data.pkl", text("pickle"));
    entries.put("archive/data/0", text("weights"));
    entries.put("archive/version", text("3"));

    refused(write(zip(entries)), "torch.save", "no code", "torch.jit.save(torch.jit.script(model)");
  }

  @Test
  void refuses_anotherZip() throws IOException {
    refused(write(zip(Map.of("word/document.xml", text("<w/>")))), "a zip, but not TorchScript");
    refused(write(zip(Map.of())), "a zip, but not TorchScript");
  }

  @Test
  void refuses_aZipBomb_beforeUnpackingIt() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry("model/data/0"));
      byte[] zeros = new byte[1 << 20];
      for (int i = 0; i < 65; i++) {
        zip.write(zeros);
      }
    }

    refused(write(out.toByteArray()), "model/data/0", "size is impossible");
  }

  @Test
  void refuses_anEntryLongerThanItsDeclaredSize() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry("model/data/0"));
      zip.write(new byte[1 << 20]);
    }
    byte[] bytes = out.toByteArray();
    int directory = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("PK\1\2");
    Arrays.fill(bytes, directory + 24, directory + 28, (byte) 0);
    bytes[directory + 24] = 16;

    refused(write(bytes), "model/data/0", "damaged");
  }

  @Test
  void refuses_namesThatPointOutside_andDuplicates() throws IOException {
    Map<String, byte[]> outside = scripted();
    outside.put("model/../../etc/passwd", text("x"));
    refused(write(zip(outside)), "points outside");
    Map<String, byte[]> loud = scripted();
    loud.put("model/../\u001b[2J" + "x".repeat(1000), text("x"));
    refused(write(zip(loud)), "its entry model/../?[2Jxxx", "xxx… points outside");

    Map<String, byte[]> twice = scripted();
    twice.put("model/data/1", text("x"));
    String bytes = new String(zip(twice), StandardCharsets.ISO_8859_1);
    byte[] renamed =
        bytes.replace("model/data/1", "model/data/0").getBytes(StandardCharsets.ISO_8859_1);
    refused(write(renamed), "model/data/0 twice");
  }

  @Test
  void readsSideFiles_withoutLibtorch() throws IOException {
    Path file = write(zip(scripted()));

    assertThat(TorchScriptFile.extraFiles(file)).containsExactly("classes.json");
    assertThat(TorchScriptFile.readExtra(file, "classes.json")).contains("[\"ants\",\"bees é\"]");
    assertThat(TorchScriptFile.readExtra(file, "head.json")).isEmpty();
  }

  @Test
  void refusesADamagedSideFile() throws IOException {
    byte[] bytes = zip(scripted());
    int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("[\"ants");
    bytes[at + 2] ^= 1;
    Path file = write(bytes);

    assertThatThrownBy(() -> TorchScriptFile.readExtra(file, "classes.json"))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("extra/classes.json");
  }

  @Test
  void aFileInAFile_isNotALongStory() throws IOException {
    Path file = write(zip(scripted()));
    refused(file.resolve("a.pt"), "reading failed", "Not a directory");
  }

  private static void refused(Path file, String... says) {
    assertThatThrownBy(() -> TorchScriptFile.check(file))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining(file.toString())
        .satisfies(e -> assertThat(e.getMessage()).contains(says));
  }

  private static Map<String, byte[]> scripted() {
    Map<String, byte[]> entries = new TreeMap<>();
    entries.put("model/data.pkl", text("pickle"));
    entries.put("model/constants.pkl", text("pickle"));
    entries.put("model/version", text("3"));
    entries.put("model/code/__torch__/resnet.py", text("def forward(self, x): ..."));
    entries.put("model/data/0", text("weights-weights-weights"));
    entries.put(
        "model/extra/classes.json", "[\"ants\",\"bees é\"]".getBytes(StandardCharsets.UTF_8));
    return entries;
  }

  private static byte[] zip(Map<String, byte[]> entries) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Map.Entry<String, byte[]> e : entries.entrySet()) {
        ZipEntry entry = new ZipEntry(e.getKey());
        CRC32 crc = new CRC32();
        crc.update(e.getValue());
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(e.getValue().length);
        entry.setCrc(crc.getValue());
        zip.putNextEntry(entry);
        zip.write(e.getValue());
      }
    }
    return out.toByteArray();
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private Path write(byte[] bytes) throws IOException {
    return Files.write(Files.createTempFile(dir, "weights", ".pt"), bytes);
  }
}
