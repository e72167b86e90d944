package dev.graft.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.TinyWorld;
import dev.graft.image.Preprocessing;
import dev.graft.torch.DType;
import dev.graft.torch.Device;
import dev.graft.torch.Module;
import dev.graft.torch.NoGrad;
import dev.graft.torch.Tensor;
import dev.graft.weights.PythonFiles;
import dev.graft.weights.SafetensorsFile;
import dev.graft.weights.StateDictFile;
import dev.graft.weights.StoredTensor;
import dev.graft.weights.StoredType;
import dev.graft.weights.TorchStateDictFile;
import dev.graft.weights.WeightsException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Weights in files that Python writes, and what becomes of them. */
class PretrainedNativeTest {
  private static final Architecture MOBILENET = Architecture.MOBILENET_V2;

  private static Module built;

  @TempDir Path folder;
  private Module module;
  private Map<String, StoredTensor> tensors;
  private final List<String> notes = new ArrayList<>();

  @BeforeAll
  static void build() {
    built = MOBILENET.build(5, 1);
    built.buffer("features.0.1.num_batches_tracked").fill(7);
    built.eval();
  }

  @AfterAll
  static void closeBuilt() {
    built.close();
  }

  @BeforeEach
  void copy() {
    module = built.copy();
    tensors = stored(module);
  }

  @AfterEach
  void close() {
    module.close();
  }

  private static Map<String, StoredTensor> stored(Module module) {
    Map<String, StoredTensor> stored = new LinkedHashMap<>();
    module.state().forEach((name, tensor) -> stored.put(name, StoredTensor.of(tensor)));
    return stored;
  }

  private static StoredTensor zeros(StoredType type, Long... shape) {
    int bytes = (int) Arrays.stream(shape).reduce(1L, (a, b) -> a * b).longValue();
    return StoredTensor.of(type, List.of(shape), ByteBuffer.allocate(bytes * type.itemSize()));
  }

  private Path write(Map<String, StoredTensor> content) {
    Path file = folder.resolve("weights.safetensors");
    SafetensorsFile.write(file, content, Map.of());
    return file;
  }

  private static void assertSameState(Module actual, Module expected) {
    Map<String, Tensor> others = expected.state();
    Map<String, Tensor> state = actual.state();
    assertThat(state.keySet()).isEqualTo(others.keySet());
    state.forEach(
        (name, tensor) -> {
          assertThat(tensor.dtype()).as(name).isEqualTo(others.get(name).dtype());
          assertThat(tensor.contentEquals(others.get(name))).as(name).isTrue();
        });
  }

  private static void assertSameLogits(Module actual, Module expected) {
    try (Tensor images = Formula.images("images", 2, 64, 64);
        NoGrad guard = NoGrad.open();
        Tensor logits = actual.forward(images);
        Tensor others = expected.forward(images)) {
      assertThat(logits.contentEquals(others)).isTrue();
      assertThat(logits.toFloatArray()).doesNotContain(0f);
    }
  }

  /** The ways in which Python writes the same weights. */
  enum Writer {
    ZIP {
      @Override
      void write(Path file, Map<String, StoredTensor> tensors) {
        TorchStateDictFile.write(file, tensors);
      }
    },
    LEGACY {
      @Override
      void write(Path file, Map<String, StoredTensor> tensors) throws IOException {
        PythonFiles.legacy(file, tensors);
      }
    },
    SAFETENSORS {
      @Override
      void write(Path file, Map<String, StoredTensor> tensors) {
        SafetensorsFile.write(file, tensors, Map.of("format", "pt"));
      }
    },
    DATA_PARALLEL {
      @Override
      void write(Path file, Map<String, StoredTensor> tensors) {
        TorchStateDictFile.write(file, PythonFiles.dataParallel(tensors));
      }
    },
    STATE_DICT_KEY {
      @Override
      void write(Path file, Map<String, StoredTensor> tensors) throws IOException {
        PythonFiles.checkpoint(file, "state_dict", tensors);
      }
    },
    MODEL_KEY_OF_DATA_PARALLEL {
      @Override
      void write(Path file, Map<String, StoredTensor> tensors) throws IOException {
        PythonFiles.checkpoint(file, "model", PythonFiles.dataParallel(tensors));
      }
    };

    abstract void write(Path file, Map<String, StoredTensor> tensors) throws IOException;
  }

  @ParameterizedTest
  @EnumSource
  void everyFormatGivesTheSameModule(Writer writer) throws IOException {
    Path file = folder.resolve("weights.pth");
    writer.write(file, tensors);
    Pretrained weights = Pretrained.of(file);
    assertThat(weights.architecture()).contains(MOBILENET);
    try (Module opened = weights.open(notes::add)) {
      assertThat(opened.isTraining()).isFalse();
      assertSameState(opened, module);
      assertSameLogits(opened, module);
    }
    if (writer.name().contains("_KEY")) {
      assertThat(notes).singleElement().asString().contains(file + "", "epoch, optimizer");
    } else {
      assertThat(notes).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT16", "BFLOAT16", "FLOAT64"})
  void otherPrecisionsBecomeFloat32(DType dtype) throws IOException {
    Path file = folder.resolve("weights.pth");
    try (Module other = module.copy()) {
      other.to(dtype);
      TorchStateDictFile.write(file, stored(other));
      try (Module opened = Pretrained.of(file).open(notes::add)) {
        other.to(DType.FLOAT32);
        assertSameState(opened, other);
      }
    }
    String name = dtype.name().toLowerCase(Locale.ROOT);
    assertThat(notes).singleElement().asString().contains("from " + name + " to float32");
  }

  @Test
  void filesOlderThanTheBatchCounterAreTaken_withANote() {
    tensors.keySet().removeIf(name -> name.endsWith("num_batches_tracked"));
    try (Module opened = Pretrained.of(write(tensors)).open(notes::add)) {
      assertThat(opened.buffer("features.0.1.num_batches_tracked").toLongArray())
          .containsExactly(0);
      assertThat(
              opened
                  .parameter("classifier.1.weight")
                  .contentEquals(module.parameter("classifier.1.weight")))
          .isTrue();
    }
    assertThat(notes).singleElement().asString().contains("num_batches_tracked in 52 places");
  }

  @Test
  void missingUnexpectedAndUnlikeNamesAreListed() {
    tensors.remove("features.0.0.weight");
    tensors.put("extra\u001b.weight", zeros(StoredType.FLOAT32, 1L));
    tensors.put("features.0.1.bias", zeros(StoredType.FLOAT32, 31L));
    tensors.put("features.0.1.weight", zeros(StoredType.INT32, 32L));
    Path file = write(tensors);
    for (Runnable read :
        List.<Runnable>of(() -> Pretrained.of(file), () -> Pretrained.of(file, MOBILENET))) {
      assertThatThrownBy(read::run)
          .isInstanceOf(ModelException.class)
          .hasMessageContainingAll(
              file.toString(),
              "mobilenet_v2",
              "missing (1): features.0.0.weight",
              "unexpected (1): extra?.weight",
              "features.0.1.bias is [31] instead of [32]",
              "features.0.1.weight is int32 instead of float32");
    }
  }

  @Test
  void longListsAreShortened() {
    tensors.keySet().removeIf(name -> name.startsWith("features.1"));
    assertThatThrownBy(() -> Pretrained.of(write(tensors)))
        .hasMessageMatching(
            "(?s).*missing \\(\\d{3}\\): (\\S+, ){4}\\S+ and \\d{2,3} more\\. graft inspect "
                + "\\S+weights.safetensors lists all\\. .*");
  }

  /** As timm writes it with num_classes=0. */
  @ParameterizedTest
  @EnumSource(names = {"RESNET18", "RESNET34", "RESNET50", "EFFICIENTNET_B0"})
  void aHeadThatIsMissingIsNamed(Architecture architecture) {
    try (Module whole = architecture.buildEmpty(2)) {
      Map<String, StoredTensor> headless = stored(whole);
      String head = architecture.headName();
      headless.keySet().removeAll(List.of(head + ".weight", head + ".bias"));
      Path file = write(headless);
      assertThatThrownBy(() -> Pretrained.of(file))
          .isInstanceOf(ModelException.class)
          .hasMessageContainingAll(
              file.toString(),
              "the nearest is " + architecture.label(),
              "missing (2): %1$s.weight, %1$s.bias. Save the model with its head".formatted(head))
          .hasMessageNotContainingAny("unexpected", "shape", "lists all");
    }
  }

  /** A few names that many networks have make none of graft's of it. */
  @Test
  void aNetworkOfOtherNamesIsNearToNone() {
    Map<String, StoredTensor> other = new LinkedHashMap<>();
    for (String name : List.of("fc.weight", "stem.weight", "stem.bias")) {
      other.put(name, zeros(StoredType.FLOAT32, 5L, 512L));
    }
    assertThat(StateDictFit.of(other).nearest()).isNull();
    assertThat(StateDictFit.of(other).architecture()).isEmpty();
    assertThat(StateDictFit.of(tensors).architecture()).contains(MOBILENET);
  }

  @Test
  void theArchitectureThatFitsIsNamed() {
    Path file = write(tensors);
    assertThatThrownBy(() -> Pretrained.of(file, Architecture.EFFICIENTNET_B0))
        .isInstanceOf(ModelException.class)
        .hasMessageContainingAll("as efficientnet_b0", "fits mobilenet_v2", "--arch");
  }

  @Test
  void foreignNamesAreRefused_andShown() {
    Path file = write(Map.of("stem.weight", zeros(StoredType.FLOAT32, 2L)));
    assertThatThrownBy(() -> Pretrained.of(file))
        .isInstanceOf(ModelException.class)
        .hasMessageContainingAll(file.toString(), "stem.weight", "resnet18, resnet34", "--arch");
    assertThatThrownBy(() -> Pretrained.of(file, MOBILENET))
        .hasMessageContainingAll("missing (", "unexpected (1): stem.weight");
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 100_001})
  void aHeadOfTooManyRowsOrNoneIsRefused(long rows) {
    tensors.put("classifier.1.weight", zeros(StoredType.UINT8, rows, 1280L));
    Path file = write(tensors);
    assertThatThrownBy(() -> Pretrained.of(file))
        .isInstanceOf(ModelException.class)
        .hasMessageContainingAll("classifier.1.weight", rows + " rows", "1 to 100000");
    assertThatThrownBy(() -> Pretrained.of(file, MOBILENET)).hasMessageContaining(rows + " rows");
  }

  @Test
  void aHeadOfIntegersIsRefused() {
    tensors.put("classifier.1.weight", zeros(StoredType.INT8, 5L, 1280L));
    assertThatThrownBy(() -> Pretrained.of(write(tensors)))
        .hasMessageContaining("classifier.1.weight is int8 instead of float32");
  }

  @Test
  void hostileAndDamagedFilesAreRefused() throws IOException {
    Path evil = folder.resolve("evil.pth");
    try (var in = getClass().getResourceAsStream("/dev/graft/weights/evil.pth")) {
      Files.copy(in, evil);
    }
    Path cut = folder.resolve("cut.pth");
    TorchStateDictFile.write(cut, tensors);
    Files.write(cut, Arrays.copyOf(Files.readAllBytes(cut), 1_000_000));
    for (Path file : List.of(evil, cut)) {
      assertThatThrownBy(() -> Pretrained.of(file))
          .isInstanceOf(WeightsException.class)
          .hasMessageContaining(file.toString());
    }
  }

  @Test
  void anUnknownNameIsRefused_withThoseThereAre() {
    assertThatThrownBy(() -> Pretrained.find("resnet19", null, (bytes, total) -> {}, () -> false))
        .isInstanceOf(ModelException.class)
        .hasMessageContainingAll("resnet19", "resnet18, resnet34", "Check the path");
  }

  @Test
  void savedAsTorchscript_itIsTheSame_andKnowsItsPreprocessing() {
    Path out = folder.resolve("out.pt");
    Pretrained.of(write(tensors)).save(out, notes::add);
    Pretrained saved = Pretrained.of(out);
    assertThat(saved.architecture()).contains(MOBILENET);
    try (Module loaded = saved.open(notes::add)) {
      assertThat(loaded.isTraining()).isFalse();
      assertThat(loaded.hasMethod("forward_features") && loaded.hasMethod("forward_head")).isTrue();
      assertSameState(loaded, module);
      assertSameLogits(loaded, module);
    }
    assertThatThrownBy(() -> saved.save(folder.resolve("again.pt"), notes::add))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("TorchScript already");
    assertThatThrownBy(() -> Pretrained.of(out, MOBILENET))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("--arch");
  }

  @Test
  void anArchitecturesPreprocessingIsTaken_andItsImageSizeInsistedOn() {
    Path file = folder.resolve("tiny.pt");
    try (Module tiny = TinyWorld.network("fc")) {
      tiny.save(file, Map.of());
      assertThat(Pretrained.of(file).preprocessing()).isEqualTo(Preprocessing.imagenet(224));
      assertThat(Pretrained.of(file).preprocessing(96)).isEqualTo(Preprocessing.imagenet(96));
      saveAs(tiny, file, "convnext_tiny");
      assertThat(Pretrained.of(file).preprocessing().resize()).isEqualTo(236);
      assertThat(Pretrained.of(file).preprocessing(448).resize()).isEqualTo(472);
      saveAs(tiny, file, "vit_b_16");
    }
    Pretrained vit = Pretrained.of(file);
    assertThat(vit.preprocessing(224).imageSize()).isEqualTo(224);
    assertThatThrownBy(() -> vit.preprocessing(96))
        .isInstanceOf(ModelException.class)
        .hasMessageContainingAll("vit_b_16", "224x224", "96x96", "embedding for each position");
    var config = new GraftConfig(List.of("a", "b"), Preprocessing.imagenet(96), 0, null);
    assertThatThrownBy(() -> Classifier.graft(vit, Device.CPU, config, notes::add))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("224x224");
  }

  /** Trained at another size than the architecture's, with other means than ImageNet's. */
  @Test
  void aTrainedModelKnowsItsArchitecture_andKeepsItsPreprocessing() {
    var own = new Preprocessing(100, 140, List.of(0.1, 0.2, 0.3), List.of(0.4, 0.5, 0.6));
    var config = new GraftConfig(List.of("a", "b"), own, 0, null);
    Path state = write(tensors);
    Path first = folder.resolve("first.pt");
    try (Classifier classifier =
        Classifier.graft(Pretrained.of(state), Device.CPU, config, notes::add)) {
      classifier.save(first, Provenance.none());
    }
    Path second = folder.resolve("second.pt");
    try (Classifier loaded = Classifier.load(first, Device.CPU)) {
      loaded.save(second, Provenance.none());
    }
    Path third = folder.resolve("third.pt");
    try (Classifier again =
        Classifier.graft(Pretrained.of(second), Device.CPU, config, notes::add)) {
      again.save(third, Provenance.none());
    }
    for (Path file : List.of(first, second, third)) {
      Pretrained trained = Pretrained.of(file);
      assertThat(trained.architecture()).contains(MOBILENET);
      assertThat(trained.preprocessing()).isEqualTo(own);
      assertThat(trained.preprocessing(200))
          .isEqualTo(new Preprocessing(200, 280, own.mean(), own.std()));
    }
  }

  @Test
  void aTrainedModelOfNoKnownArchitecture_keepsItsPreprocessingToo() {
    var own = new Preprocessing(32, 64, List.of(0.1, 0.2, 0.3), List.of(0.4, 0.5, 0.6));
    Path file = folder.resolve("model.pt");
    var config = new GraftConfig(List.of("a", "b"), own, 0, null);
    try (Classifier tiny = Classifier.graft(TinyWorld.network("fc"), Device.CPU, config)) {
      tiny.save(file, Provenance.none());
    }
    assertThat(Pretrained.of(file).architecture()).isEmpty();
    assertThat(Pretrained.of(file).preprocessing(64))
        .isEqualTo(new Preprocessing(64, 128, own.mean(), own.std()));
  }

  @Test
  void aTrainedVisionTransformerInsistsOnItsImageSize() {
    Path imported = folder.resolve("vit.pt");
    Path model = folder.resolve("model.pt");
    try (Module tiny = TinyWorld.network("fc")) {
      saveAs(tiny, imported, "vit_b_16");
    }
    GraftConfig config = GraftConfig.of(List.of("a", "b"));
    try (Classifier vit = Classifier.graft(imported, Device.CPU, config)) {
      vit.save(model, Provenance.none());
    }
    assertThatThrownBy(() -> Pretrained.of(model).requireImageSize(256))
        .isInstanceOf(ModelException.class)
        .hasMessageContainingAll("vit_b_16", "224x224", "256x256");
  }

  private static void saveAs(Module tiny, Path file, String label) {
    tiny.save(file, Map.of("architecture.txt", label.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void aHeadOfZerosIsFoundByItsName() {
    Map<String, StoredTensor> nothing = new LinkedHashMap<>();
    tensors.forEach(
        (name, tensor) ->
            nothing.put(name, zeros(tensor.type(), tensor.shape().toArray(Long[]::new))));
    Pretrained weights = Pretrained.of(write(nothing));
    GraftConfig config = GraftConfig.of(List.of("a", "b"), weights);
    try (Classifier classifier = Classifier.graft(weights, Device.CPU, config, notes::add)) {
      assertThat(classifier.card().head()).isEqualTo(new Head("classifier.1", 1280, 2, true));
    }
    var asked = new GraftConfig(List.of("a", "b"), weights.preprocessing(), 0, "nope");
    assertThatThrownBy(() -> Classifier.graft(weights, Device.CPU, asked, notes::add))
        .isInstanceOf(ModelException.class)
        .hasMessageContainingAll("nope", "classifier.1");
  }

  @Test
  void graftTakesAStateDictByItsPath() {
    Path file = write(tensors);
    try (Classifier classifier =
        Classifier.graft(file, Device.CPU, GraftConfig.of(List.of("a", "b")))) {
      assertThat(classifier.module().parameter("classifier.1.weight").shape())
          .containsExactly(2, 1280);
      assertThat(
              classifier
                  .module()
                  .parameter("features.0.0.weight")
                  .contentEquals(module.parameter("features.0.0.weight")))
          .isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource
  void anExportIsReadBackBitForBit(StateDictExport.Format format) {
    Path model = folder.resolve("model.pt");
    module.save(model, Map.of());
    Path out = folder.resolve("out");
    assertThat(StateDictExport.write(model, out, format)).isEqualTo(tensors.size());
    try (Module opened = Pretrained.of(out).open(notes::add)) {
      assertSameState(opened, module);
      Path again = folder.resolve("again");
      StateDictExport.write(opened, again, format);
      assertThat(again).hasSameBinaryContentAs(out);
    }
    assertThat(notes).isEmpty();
  }

  @Test
  void anExportKeepsOrderAndTypes() {
    Path out = folder.resolve("out.pth");
    try (Module half = module.copy()) {
      half.to(DType.BFLOAT16);
      StateDictExport.write(half, out, StateDictExport.Format.STATE_DICT);
    }
    try (var state = StateDictFile.read(out)) {
      assertThat(state.tensors().keySet())
          .startsWith(
              "features.0.0.weight",
              "features.0.1.weight",
              "features.0.1.bias",
              "features.0.1.running_mean",
              "features.0.1.running_var",
              "features.0.1.num_batches_tracked",
              "features.1.conv.0.0.weight")
          .endsWith("classifier.1.weight", "classifier.1.bias");
      state
          .tensors()
          .forEach(
              (name, tensor) ->
                  assertThat(tensor.type())
                      .as(name)
                      .isEqualTo(
                          name.endsWith("tracked") ? StoredType.INT64 : StoredType.BFLOAT16));
    }
  }

  @Test
  void aModuleWithoutTensorsIsNotExported() {
    Path out = folder.resolve("out.pth");
    try (Module nothing = Activation.RELU6.module()) {
      Path model = folder.resolve("relu.pt");
      nothing.save(model, Map.of());
      assertThatThrownBy(
              () -> StateDictExport.write(model, out, StateDictExport.Format.SAFETENSORS))
          .isInstanceOf(ModelException.class)
          .hasMessageContainingAll("relu.pt", "no parameters", "dynamic quantisation");
    }
    assertThat(out).doesNotExist();
    assertThatThrownBy(
            () ->
                StateDictExport.write(
                    module, folder.resolve("no/out"), StateDictExport.Format.SAFETENSORS))
        .isInstanceOf(UncheckedIOException.class);
  }
}
