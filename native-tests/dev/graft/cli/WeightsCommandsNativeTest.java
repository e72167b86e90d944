package dev.graft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import dev.graft.TinyWorld;
import dev.graft.model.Architecture;
import dev.graft.torch.Module;
import dev.graft.torch.Tensor;
import dev.graft.weights.PythonFiles;
import dev.graft.weights.SafetensorsFile;
import dev.graft.weights.StoredTensor;
import dev.graft.weights.StoredType;
import dev.graft.weights.TorchStateDictFile;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Import, export, and training from what Python saved or a server has. */
@Timeout(120)
class WeightsCommandsNativeTest {
  /**
   * In the last eight bytes of {@link #official} it gives the file a SHA-256 that begins with
   * b0353104, as that of torchvision's mobilenet_v2 does. Found by trying.
   */
  private static final long NONCE = 2_883_438_252L;

  private static final int MANTISSA = 0x7fffff;

  @TempDir Path folder;
  private HttpServer server;
  private final AtomicInteger requests = new AtomicInteger();

  @BeforeEach
  void clearCache() throws IOException {
    for (String name : List.of("mobilenet_v2-b0353104.pth", "resnet50-0676ba61.pth")) {
      for (String suffix : List.of("", ".partial", ".partial.lock")) {
        Files.deleteIfExists(cache().resolve(name + suffix));
      }
    }
  }

  @AfterEach
  void stop() {
    System.clearProperty("graft.weights.url");
    if (server != null) {
      server.stop(0);
    }
  }

  private static Path cache() {
    return Path.of(System.getenv("TORCH_HOME")).resolve("hub/checkpoints");
  }

  private static Map<String, StoredTensor> tensors(Module module) {
    Map<String, Tensor> all = new LinkedHashMap<>(module.namedParameters());
    all.putAll(module.namedBuffers());
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    all.forEach((name, tensor) -> tensors.put(name, StoredTensor.of(tensor)));
    return tensors;
  }

  private Path mobilenet(String name) {
    Path file = folder.resolve(name);
    try (Module module = Architecture.MOBILENET_V2.build(5, 1)) {
      TorchStateDictFile.write(file, tensors(module));
    }
    return file;
  }

  /** A MobileNetV2 of zeros (its last two weights are next to it) with the official file's hash. */
  private byte[] official() throws IOException {
    Map<String, StoredTensor> zeros = new TreeMap<>();
    try (Module module = Architecture.MOBILENET_V2.buildEmpty(1000)) {
      tensors(module)
          .forEach(
              (name, tensor) ->
                  zeros.put(
                      name,
                      StoredTensor.of(
                          tensor.type(),
                          tensor.shape(),
                          ByteBuffer.allocate((int) tensor.byteSize()))));
    }
    Path file = folder.resolve("official.safetensors");
    SafetensorsFile.write(file, zeros, Map.of());
    byte[] bytes = Files.readAllBytes(file);
    ByteBuffer.wrap(bytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(bytes.length - 8, (int) (NONCE & MANTISSA))
        .putInt(bytes.length - 4, (int) (NONCE >> 23 & MANTISSA));
    return bytes;
  }

  private void serve(byte[] content) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/mirror/",
        exchange -> {
          requests.incrementAndGet();
          boolean known = exchange.getRequestURI().getPath().endsWith("/mobilenet_v2-b0353104.pth");
          exchange.sendResponseHeaders(known ? 200 : 404, known ? content.length : -1);
          if (known) {
            exchange.getResponseBody().write(content);
          }
          exchange.close();
        });
    server.start();
    System.setProperty(
        "graft.weights.url", "http://127.0.0.1:" + server.getAddress().getPort() + "/mirror");
  }

  private Object[] train(Object weights, Path run, Object... more) throws IOException {
    Path data = folder.resolve("data");
    if (!Files.exists(data)) {
      TinyWorld.draw(data, 4, 2);
    }
    List<Object> args = new ArrayList<>(List.of("train", "--data", data, "--weights", weights));
    args.addAll(List.of("--out", run, "--image-size", 32, "--epochs", 1, "--lr", 0.01));
    args.addAll(List.of(more));
    return args.toArray();
  }

  @Test
  void aStateDictIsTrained_exported_importedAndTrainedAgain() throws IOException {
    Path run = folder.resolve("run");
    GraftCommand trained = GraftCommand.run(train(mobilenet("m.pth"), run));
    assertThat(trained.code()).as(trained.err()).isZero();
    Path model = run.resolve("model.pt");
    assertThat(GraftCommand.run("inspect", model).out())
        .contains("classifier.1, 1280 features to 3");

    Path exported = folder.resolve("exported.safetensors");
    GraftCommand export =
        GraftCommand.run("export", "--model", model, "--format", "safetensors", "--out", exported);
    assertThat(export.code()).as(export.err()).isZero();
    assertThat(export.out()).contains(exported + ", 314 tensors");

    Path imported = folder.resolve("imported.pt");
    GraftCommand again = GraftCommand.run("import", exported, "--out", imported);
    assertThat(again.code()).as(again.err()).isZero();
    assertThat(again.out()).contains(imported.toString(), "mobilenet_v2");
    assertThat(again.err()).isEmpty();
    assertThat(GraftCommand.run(train(imported, folder.resolve("run2"))).code()).isZero();
  }

  @Test
  void aNameIsDownloadedOnce_trainedFromAndResumed() throws IOException {
    serve(official());
    Path run = folder.resolve("run");
    GraftCommand first = GraftCommand.run(train("mobilenet_v2", run, "--freeze", "backbone"));
    assertThat(first.code()).as(first.err()).isZero();
    assertThat(first.err()).contains("Downloading mobilenet_v2: ", "13.5 of 13.5 MiB (100 %)");
    assertThat(requests).hasValue(1);
    assertThat(Files.readString(run.resolve("config.json"))).contains("\"mobilenet_v2\"");

    GraftCommand over =
        GraftCommand.run(train("mobilenet_v2", run, "--freeze", "backbone", "--resume"));
    assertThat(over.code()).isEqualTo(2);
    assertThat(over.err()).contains("is over").doesNotContain("Downloading");

    GraftCommand imported =
        GraftCommand.run("import", "mobilenet_v2", "--out", folder.resolve("m.pt"));
    assertThat(imported.code()).as(imported.err()).isZero();
    assertThat(requests).hasValue(1);
  }

  @Test
  void aNameOfAnotherArchitectureIsRefused() throws IOException {
    serve(official());
    GraftCommand wrong =
        GraftCommand.run(train("mobilenet_v2", folder.resolve("run"), "--arch", "resnet18"));
    assertThat(wrong.code()).isEqualTo(2);
    assertThat(wrong.err()).contains("as resnet18", "It fits mobilenet_v2");
    assertThat(folder.resolve("run")).doesNotExist();
  }

  @Test
  void aVisionTransformerInsistsOnItsImageSize() throws IOException {
    Path vit = folder.resolve("vit.pt");
    try (Module module = TinyWorld.network("fc")) {
      module.save(vit, Map.of("architecture.txt", "vit_b_16".getBytes(StandardCharsets.UTF_8)));
    }
    GraftCommand refused = GraftCommand.run(train(vit, folder.resolve("run")));
    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.err()).contains("224x224", "not of 32x32", "embedding", "--image-size");
    assertThat(folder.resolve("run")).doesNotExist();
  }

  @Test
  void aDownloadIsStopped_andExits130() throws IOException {
    serve(official());
    GraftCommand stopped =
        GraftCommand.run(() -> requests.get() > 0, train("mobilenet_v2", folder.resolve("run")));
    assertThat(stopped.code()).isEqualTo(130);
    assertThat(stopped.err()).contains("was cancelled", "resumes");
    assertThat(folder.resolve("run")).doesNotExist();
    assertThat(cache().resolve("mobilenet_v2-b0353104.pth")).doesNotExist();
  }

  @Test
  void anImportThatIsStopped_writesNothing_exits130() {
    Path out = folder.resolve("out.pt");
    GraftCommand stopped = GraftCommand.run(() -> true, "import", mobilenet("m.pth"), "--out", out);
    assertThat(stopped.code()).isEqualTo(130);
    assertThat(stopped.err()).contains("Stopped before " + out);
    assertThat(out).doesNotExist();
  }

  /** What is found while writing is a failed job, for import and export alike. */
  @Test
  void whatCannotBeWritten_isSaidInPlainWords_exits1() throws IOException {
    Path source = mobilenet("m.pth");
    Path model = folder.resolve("m.pt");
    assertThat(GraftCommand.run("import", source, "--out", model).code()).isZero();
    // Free for this name, but the temporary file's is too long for any file system.
    Path out = folder.resolve("x".repeat(250));
    for (GraftCommand failed :
        List.of(
            GraftCommand.run("import", source, "--out", out),
            GraftCommand.run("export", "--model", model, "--format", "state-dict", "--out", out),
            GraftCommand.run(
                "export", "--model", model, "--format", "safetensors", "--out", out))) {
      assertThat(failed.code()).as(failed.err()).isEqualTo(1);
      assertThat(failed.err())
          .contains("Cannot write " + out + ": " + folder + ": File name too long. Make room")
          .doesNotContain("Exception", ".tmp");
    }
    assertThat(out).doesNotExist();
  }

  @Test
  void aLinkStays_andTheFileItLeadsToIsReplaced_aPipeIsNot() throws Exception {
    Path source = mobilenet("m.pth");
    Path file = Files.writeString(folder.resolve("file.pt"), "old");
    Path link = Files.createSymbolicLink(folder.resolve("link.pt"), Path.of("file.pt"));
    assertThat(GraftCommand.run("import", source, "--out", link, "--overwrite").code()).isZero();
    assertThat(link).isSymbolicLink();
    assertThat(GraftCommand.run("inspect", file).out()).contains("MobileNetV2");

    Path pipe = folder.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    GraftCommand refused = GraftCommand.run("import", source, "--out", pipe, "--overwrite");
    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.err()).contains("is no regular file");
    assertThat(Files.isRegularFile(pipe)).isFalse();
  }

  @Test
  void inspectSaysInOneLine_whyNoImageFits() {
    Path script = folder.resolve("linear.pt");
    try (Module module = TinyWorld.linear(3, 2, 1)) {
      module.save(script, Map.of());
    }
    String text = GraftCommand.run("inspect", script).out();
    assertThat(text)
        .containsPattern("head: none\\. .* fails on one 3x224x224 image: .*mat1 and mat2");
    assertThat(text).doesNotContain("Traceback");
    assertThat(text.lines()).hasSizeLessThan(7);
  }

  @Test
  void offline_addressFileAndFolderAreNamed() throws IOException {
    serve(new byte[0]);
    server.stop(0);
    GraftCommand offline = GraftCommand.run("import", "resnet50", "--out", folder.resolve("r.pt"));
    assertThat(offline.code()).isEqualTo(2);
    assertThat(offline.err())
        .contains("/mirror/resnet50-0676ba61.pth", "cannot be reached", "put it into " + cache());
  }

  @Test
  void whatIsThereIsNotReplaced_unlessAsked_andNeverTheSource() throws IOException {
    Path source = mobilenet("m.pth");
    byte[] before = Files.readAllBytes(source);
    Path hard = Files.createLink(folder.resolve("hard.pth"), source);
    Path soft = Files.createSymbolicLink(folder.resolve("soft.pth"), source);
    for (Path out : List.of(source, hard, soft)) {
      GraftCommand same = GraftCommand.run("import", source, "--out", out, "--overwrite");
      assertThat(same.code()).isEqualTo(2);
      assertThat(same.err()).contains("is the same file as " + source);
    }
    assertThat(source).hasBinaryContent(before);
    Path out = folder.resolve("out.pt");
    Files.writeString(out, "mine");
    GraftCommand there = GraftCommand.run("import", source, "--out", out);
    assertThat(there.code()).isEqualTo(2);
    assertThat(there.err()).contains("exists already", "--overwrite");
    assertThat(out).hasContent("mine");
    assertThat(GraftCommand.run("import", source, "--out", out, "--overwrite").code()).isZero();

    GraftCommand self =
        GraftCommand.run(
            "export", "--model", out, "--format", "state-dict", "--out", out, "--overwrite");
    assertThat(self.code()).isEqualTo(2);
    assertThat(self.err()).contains("is the same file as");
    GraftCommand nowhere =
        GraftCommand.run("import", source, "--out", folder.resolve("no/such/out.pt"));
    assertThat(nowhere.code()).isEqualTo(2);
    assertThat(nowhere.err()).contains("does not exist");
    GraftCommand aFolder = GraftCommand.run("import", source, "--out", folder, "--overwrite");
    assertThat(aFolder.code()).isEqualTo(2);
    assertThat(aFolder.err()).contains("is a folder");
  }

  @Test
  void badFilesExit2_andLeaveWhatWasThere() throws IOException {
    Path evil = folder.resolve("evil.pth");
    try (var in = getClass().getResourceAsStream("/dev/graft/weights/evil.pth")) {
      Files.copy(in, evil);
    }
    Path cut = mobilenet("cut.pth");
    Files.write(cut, Arrays.copyOf(Files.readAllBytes(cut), 500_000));
    Path cutOld = folder.resolve("cut-old.pth");
    try (Module module = Architecture.MOBILENET_V2.build(2, 1)) {
      PythonFiles.legacy(cutOld, tensors(module));
    }
    Files.write(cutOld, Arrays.copyOf(Files.readAllBytes(cutOld), 500_000));
    Path script = folder.resolve("broken.pt");
    try (Module module = TinyWorld.network("fc")) {
      module.save(script, Map.of());
    }
    byte[] broken = Files.readAllBytes(script);
    Arrays.fill(broken, broken.length / 2, broken.length / 2 + 40, (byte) 1);
    Files.write(script, broken);
    Path out = folder.resolve("out.pt");
    Files.writeString(out, "mine");
    for (Path file : List.of(evil, cut, cutOld, script, folder.resolve("missing.pth"))) {
      for (GraftCommand refused :
          List.of(
              GraftCommand.run("import", file, "--out", out, "--overwrite"),
              GraftCommand.run(train(file, folder.resolve("run"))))) {
        assertThat(refused.code()).as(refused.err()).isEqualTo(2);
        assertThat(refused.err()).contains(file.toString()).doesNotContain("Exception");
      }
      assertThat(GraftCommand.run("inspect", file).code()).isEqualTo(2);
    }
    assertThat(out).hasContent("mine");
    assertThat(folder.resolve("run")).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource({"'torch.complex(x, x)', complex64", "'torch.zeros([2], dtype=2)', int16"})
  void aTensorOfAnotherTypeIsShown_andRefusedByName(String value, String type) throws IOException {
    Path file = folder.resolve("odd.pt");
    try (Module module = TinyWorld.networkWithBuffer(value)) {
      module.save(file, Map.of());
    }
    GraftCommand inspected = GraftCommand.run("inspect", file);
    assertThat(inspected.code()).as(inspected.err()).isZero();
    assertThat(inspected.out())
        .contains("head: fc, 3 features to 5 classes")
        .containsPattern("buffer +odd +\\[2] +" + type + "\\R");
    GraftCommand refused = GraftCommand.run(train(file, folder.resolve("run")));
    assertThat(refused.code()).as(refused.err()).isEqualTo(2);
    assertThat(refused.err()).contains(file.toString(), "tensor odd is of type " + type, "Convert");
  }

  @Test
  void torchscriptIsNotImported_norAStateDictExported() {
    Path script = folder.resolve("tiny.pt");
    try (Module module = TinyWorld.network("fc")) {
      module.save(script, Map.of());
    }
    GraftCommand imported = GraftCommand.run("import", script, "--out", folder.resolve("out.pt"));
    assertThat(imported.code()).isEqualTo(2);
    assertThat(imported.err()).contains("TorchScript already");
    GraftCommand asResnet =
        GraftCommand.run("import", script, "--arch", "resnet18", "--out", folder.resolve("out.pt"));
    assertThat(asResnet.code()).isEqualTo(2);
    assertThat(asResnet.err()).contains("TorchScript already");
    GraftCommand exported =
        GraftCommand.run(
            "export",
            "--model",
            mobilenet("m.pth"),
            "--format",
            "safetensors",
            "--out",
            folder.resolve("out.safetensors"));
    assertThat(exported.code()).isEqualTo(2);
    assertThat(exported.err()).contains("state dict already", "graft import");
  }

  @ParameterizedTest
  @ValueSource(strings = {"import m --arch vgg16", "export --model m --format onnx"})
  void unknownChoicesAreListed(String command) {
    GraftCommand unknown =
        GraftCommand.run((Object[]) (command + " --out " + folder.resolve("out")).split(" "));
    assertThat(unknown.code()).isEqualTo(2);
    assertThat(unknown.err()).containsAnyOf("resnet18, resnet34", "state-dict, safetensors");
  }

  @Test
  void inspectListsAStateDict_andWhatItFits() throws IOException {
    Path file = folder.resolve("checkpoint.pth");
    try (Module module = Architecture.MOBILENET_V2.build(5, 1)) {
      PythonFiles.checkpoint(file, "state_dict", tensors(module));
    }
    String text = GraftCommand.run("inspect", file).out();
    assertThat(text)
        .contains("314 tensors (torch.save)", "architecture: mobilenet_v2", "epoch, optimizer")
        .containsPattern("classifier\\.1\\.weight +\\[5, 1280] +float32");
    JsonNode json = new ObjectMapper().readTree(GraftCommand.run("inspect", "--json", file).out());
    assertThat(json.path("architecture").asText()).isEqualTo("mobilenet_v2");
    assertThat(json.path("tensors")).hasSize(314);
    assertThat(json.path("tensors").get(0).path("shape")).hasSize(4);

    Path other = folder.resolve("other.safetensors");
    SafetensorsFile.write(
        other,
        Map.of(
            "a.weight", StoredTensor.of(StoredType.FLOAT32, List.of(1L), ByteBuffer.allocate(4))),
        Map.of("format", "pt"));
    assertThat(GraftCommand.run("inspect", other).out())
        .contains("(safetensors)", "architecture: none; ", "a.weight", "{format=pt}")
        .doesNotContain("--arch");
  }

  @Test
  void inspectListsEveryNameThatDiffers() throws IOException {
    Path file = folder.resolve("part.safetensors");
    Map<String, StoredTensor> part = new TreeMap<>();
    try (Module module = Architecture.MOBILENET_V2.build(5, 1)) {
      tensors(module)
          .forEach(
              (name, tensor) ->
                  part.put(name.replaceFirst("^features\\.18\\.", "top\u001b."), tensor));
      part.remove("classifier.1.weight");
      SafetensorsFile.write(file, part, Map.of());
    }
    String text = GraftCommand.run("inspect", file).out();
    assertThat(text)
        .contains(
            "architecture: none; the nearest is mobilenet_v2. Names missing (6): features.18.0",
            "features.18.1.running_var; unexpected (6): top?.1.num_batches_tracked, top?.0.weight,",
            "top?.1.weight; of another shape or type (1): classifier.1.bias is [5] instead of [10")
        .doesNotContain("more", "\u001b");
    JsonNode json = new ObjectMapper().readTree(GraftCommand.run("inspect", "--json", file).out());
    assertThat(json.path("architecture").isNull()).isTrue();
    assertThat(json.path("nearest").asText()).isEqualTo("mobilenet_v2");
    assertThat(json.path("differences").path("missing")).hasSize(6);
    assertThat(json.path("differences").path("unexpected")).hasSize(6);
    assertThat(json.path("differences").path("unlike")).hasSize(1);
  }
}
