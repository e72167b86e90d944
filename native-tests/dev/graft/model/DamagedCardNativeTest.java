package dev.graft.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.TinyWorld;
import dev.graft.image.Preprocessing;
import dev.graft.torch.Device;
import dev.graft.torch.Module;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a {@code model.pt} says of itself, altered; weights and code are whole. */
class DamagedCardNativeTest {
  private static final List<String> CLASSES = List.of("a", "b", "c", "d", "e");
  private static final GraftConfig TWO =
      new GraftConfig(List.of("x", "y"), Preprocessing.imagenet(32), 1, null);

  @TempDir Path folder;

  /** The network has five classes of three features. */
  private Path model(String sideFile, String content) {
    Path file = folder.resolve("model.pt");
    var head = new Head("fc", 3, 5, true);
    var card = new Card(CLASSES, Preprocessing.imagenet(32), head, "Tiny");
    Map<String, byte[]> extra = new LinkedHashMap<>(card.toExtraFiles(Provenance.none()));
    extra.put(sideFile, content.getBytes(StandardCharsets.UTF_8));
    try (Module module = TinyWorld.network("fc")) {
      module.save(file, extra);
    }
    return file;
  }

  private static void assertRefused(Path file, String why) {
    for (Runnable read :
        List.<Runnable>of(
            () -> Classifier.load(file, Device.CPU).close(), () -> Inspection.of(file))) {
      assertThatThrownBy(read::run)
          .isInstanceOf(ModelException.class)
          .hasMessageStartingWith(file + ": its side files are damaged: ")
          .hasMessageContaining(why)
          .hasMessageNotContainingAny("\u001b", "\n");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "classes.json | null | it is not a list of texts",
        "classes.json | [\"a\",\"b\",\"c\",\"d\",null] | it is not a list of texts",
        "classes.json | [\"a\",\"b\",\"c\",\"d\",5] | it is not a list of texts",
        "classes.json | {\"a\":1} | it is not a list of texts",
        "classes.json | [\"a\",\"b\" | is no JSON",
        "classes.json | [\"a\",\"b\"] | there are 2 class names, but the head has 5",
        "classes.json | [\"a\",\"b\",\"c\",\"d\",\"a\"] | two classes have the same name, a",
        "classes.json | [\"a\",\"b\",\"c\",\"d\",\" \"] | is blank",
        "classes.json | [\"a\",\"b\",\"c\",\"d\",\"\\u001b[2J\"] | class name \"?[2J\"",
        "classes.json | [\"a\",\"b\",\"c\",\"d\",\"e\\nf\"] | class name \"e?f\"",
        "preprocessing.json | null | image_size is not an integer",
        "preprocessing.json | {\"image_size\":32,\"resize\":32,\"mean\":null} | mean is not a list",
        "preprocessing.json | {\"image_size\":32,\"resize\":32,\"mean\":[1,1,null]} | mean is not",
        "preprocessing.json | {\"image_size\":32,\"resize\":32,\"mean\":[1,1,1],\"std\":[1,0,1]} | std",
        "preprocessing.json | {\"image_size\":0,\"resize\":32,\"mean\":[],\"std\":[]} | imageSize",
        "preprocessing.json | {\"image_size\":4294967328,\"resize\":32} | image_size is not an",
        "head.json | null | head is not a text",
        "head.json | {\"head\":null} | head is not a text",
        "head.json | {\"head\":\"fc\",\"features\":3,\"classes\":5,\"bias\":1} | bias is not true",
        "head.json | {\"head\":\"fc\",\"features\":3,\"classes\":5,\"bias\":true} | architecture",
      })
  void isRefused_andTrainedFromAllTheSame(String sideFile, String content, String why) {
    Path file = model(sideFile, content);
    assertRefused(file, why);
    assertTrains(file);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "bn | 3 | true | bn.weight is [3] instead of [5, 3]",
        "nope | 3 | true | no layer nope",
        "fc | 3 | false | no layer fc without a bias",
        "fc | 4 | true | fc.weight is [5, 3] instead of [5, 4]",
        "'' | 3 | true | the head has no name",
        "fc | 0 | true | the head has 0 features",
      })
  void aHeadThatIsNotInTheModelIsRefused(String name, int features, boolean bias, String why) {
    Path file =
        model(
            "head.json",
            "{\"head\":\"%s\",\"features\":%d,\"classes\":5,\"bias\":%s,\"architecture\":\"T\"}"
                .formatted(name, features, bias));
    assertRefused(file, why);
  }

  @Test
  void aTensorOfAnotherTypeIsRefusedByName() {
    Path file = folder.resolve("model.pt");
    var card = new Card(CLASSES, Preprocessing.imagenet(32), new Head("fc", 3, 5, true), "Tiny");
    try (Module module = TinyWorld.networkWithBuffer("torch.complex(x, x)")) {
      module.save(file, card.toExtraFiles(Provenance.none()));
      assertThatThrownBy(() -> Classifier.graft(module, Device.CPU, TWO))
          .isInstanceOf(ModelException.class)
          .hasMessageStartingWith("The model's tensor odd is of type complex64");
    }
    assertThatThrownBy(() -> Classifier.load(file, Device.CPU))
        .isInstanceOf(ModelException.class)
        .hasMessageStartingWith("Cannot use " + file + ": The model's tensor odd is of type");
    assertThat(Inspection.of(file).tensors())
        .anySatisfy(entry -> assertThat(entry.dtype()).isEqualTo("complex64"));
  }

  @Test
  void aCardThatIsWholeIsRead() {
    Path file = model("classes.json", "[\"a\",\"b\",\"c\",\"d\",\"é\"]");
    try (Classifier loaded = Classifier.load(file, Device.CPU)) {
      assertThat(loaded.classes()).containsExactly("a", "b", "c", "d", "é");
    }
  }

  private static void assertTrains(Path file) {
    assertThat(Card.find(file)).isEmpty();
    try (Classifier classifier = Classifier.graft(file, Device.CPU, TWO)) {
      assertThat(classifier.card().head()).isEqualTo(new Head("fc", 3, 2, true));
    }
  }
}
