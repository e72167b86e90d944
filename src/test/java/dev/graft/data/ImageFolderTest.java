package dev.graft.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFolderTest {
  @TempDir Path root;

  @Test
  void labelsAreThePositionsOfTheSortedFolderNames() throws IOException {
    touch("cats/1.jpg", "Dogs/1.jpg", "ants/1.jpg");

    ImageFolder set = ImageFolder.open(root);

    assertThat(set.classes()).containsExactly("Dogs", "ants", "cats");
    assertThat(names(set)).containsExactly("Dogs/1.jpg 0", "ants/1.jpg 1", "cats/1.jpg 2");
  }

  @Test
  void sortsByCodePoint_asPythonDoes() {
    List<String> names =
        List.of("\uFF5E", "\uD83D\uDC1C", "b", "B", "a1", "a", "é", "\uD83D\uDC1D");

    assertThat(names.stream().sorted(CodePointOrder.INSTANCE))
        .containsExactly("B", "a", "a1", "b", "é", "\uFF5E", "\uD83D\uDC1C", "\uD83D\uDC1D");
  }

  @Test
  void refusesClasses_thatWouldNotPrint() throws IOException {
    touch("cats/1.jpg", "dogs\u001b[2J/1.jpg");

    refused(root, "The class folder " + root + "/dogs?[2J has a control character", "Rename it");
  }

  @Test
  void findsFilesAtAnyDepth_sortedByFolderThenName() throws IOException {
    touch("a/z.jpg", "a/x/2.jpg", "a/x/10.jpg", "a/x-y/1.jpg", "a/x/deep/1.jpg", "b/1.jpg");

    // os.walk's folders sorted as strings: "a", "a/x", "a/x-y", "a/x/deep" ('-' comes before '/').
    assertThat(names(ImageFolder.open(root)))
        .containsExactly(
            "a/z.jpg 0",
            "a/x/10.jpg 0",
            "a/x/2.jpg 0",
            "a/x-y/1.jpg 0",
            "a/x/deep/1.jpg 0",
            "b/1.jpg 1");
  }

  @Test
  void takesTorchvisionsExtensionsInEitherCase_andNoOthers() throws IOException {
    touch(
        "a/1.JPG", "a/2.Jpeg", "a/3.webp", "a/4.tif", "a/5.TIFF", "a/6.pgm", "a/7.ppm", "a/8.bmp");
    touch("b/9.png", "b/no.gif", "b/no.txt", "b/jpg", "b/no.jpg.part");

    assertThat(names(ImageFolder.open(root))).hasSize(9).noneMatch(name -> name.contains("no."));
  }

  @Test
  void ignoresHiddenFilesAndFolders_andFilesBesideTheClasses() throws IOException {
    touch("a/1.jpg", "a/._1.jpg", "a/.cache/2.jpg", "b/1.jpg", ".ipynb_checkpoints/1.jpg", "x.jpg");

    assertThat(names(ImageFolder.open(root))).containsExactly("a/1.jpg 0", "b/1.jpg 1");
  }

  @Test
  void followsLinks_andEndsOnLoops() throws IOException {
    touch("a/1.jpg", "b/1.jpg", "elsewhere.d/2.jpg");
    Path outside = root.resolve("elsewhere.d");
    Path set = Files.createDirectory(root.resolve("set"));
    Files.move(root.resolve("a"), set.resolve("a"));
    Files.move(root.resolve("b"), set.resolve("b"));
    Files.createSymbolicLink(set.resolve("a/loop"), set.resolve("a"));
    Files.createSymbolicLink(set.resolve("a/up"), set);
    Files.createSymbolicLink(set.resolve("a/link"), outside);

    ImageFolder folder = ImageFolder.open(set);

    assertThat(folder.samples().stream().filter(s -> s.label() == 0).map(Sample::path))
        .contains(set.resolve("a/1.jpg"), set.resolve("a/link/2.jpg"))
        .noneMatch(p -> p.startsWith(set.resolve("a/loop")));
  }

  @Test
  void refusesAMissingFolderAndAFile() throws IOException {
    touch("x.jpg");

    refused(root.resolve("none"), "No such folder", "none");
    refused(root.resolve("x.jpg"), "is a file");
  }

  @Test
  void refusesAFolderWithoutClasses_andSaysWhetherImagesLieInIt() throws IOException {
    refused(root, "No class folders", root.toString());
    touch("x.jpg");
    refused(root, "images lie directly in it");
  }

  @Test
  void refusesASingleClass() throws IOException {
    touch("a/1.jpg");

    refused(root, "Only one class", "at least two");
  }

  @Test
  void namesAllEmptyClassesAtOnce() throws IOException {
    touch("a/1.jpg", "b/notes.txt", "c/2.gif", "d/1.png");

    refused(root, "2 classes", root.resolve("b").toString(), root.resolve("c").toString());
  }

  @Test
  void leavesFilesOut_butNotTheLastOfAClass() throws IOException {
    touch("a/1.jpg", "a/2.jpg", "b/1.jpg");
    ImageFolder set = ImageFolder.open(root);

    assertThat(names(set.without(List.of(root.resolve("a/1.jpg")))))
        .containsExactly("a/2.jpg 0", "b/1.jpg 1");
    assertThat(set.classSizes()).containsExactly(2, 1);
    assertThatThrownBy(() -> set.without(List.of(root.resolve("b/1.jpg"))))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(root.resolve("b").toString());
  }

  @Test
  void listsFilesThatTheCallerNames() {
    Path set = Path.of("set");
    List<Sample> samples =
        List.of(
            new Sample(set.resolve("2.jpg"), 1),
            new Sample(set.resolve("x/1.jpg"), 0),
            new Sample(Path.of("/else/3.jpg"), 1));

    ImageFolder folder = ImageFolder.of(set, List.of("z", "a"), samples);

    assertThat(folder.classes()).containsExactly("z", "a");
    assertThat(folder.classSizes()).containsExactly(1, 2);
    assertThat(folder.samples().stream().map(folder::name))
        .containsExactly("2.jpg", "x/1.jpg", "/else/3.jpg");
  }

  @Test
  void refusesListsThatMakeNoSense() {
    Sample one = new Sample(Path.of("1.jpg"), 0);
    Sample two = new Sample(Path.of("2.jpg"), 1);
    List<String> classes = List.of("a", "b");

    for (var wrong : List.of(List.of(one, two, one), List.of(one, new Sample(two.path(), 2)))) {
      assertThatThrownBy(() -> ImageFolder.of(root, classes, wrong))
          .isInstanceOf(IllegalArgumentException.class);
    }
    for (var wrong : List.of(List.of("a"), List.of("a", "a"))) {
      assertThatThrownBy(() -> ImageFolder.of(root, wrong, List.of(one)))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> ImageFolder.of(root, classes, List.of(one)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(root.resolve("b").toString());
  }

  @Test
  void balancedWeightsAreScikitLearns() throws IOException {
    touch("a/1.jpg", "a/2.jpg", "a/3.jpg", "a/4.jpg", "b/1.jpg", "c/1.jpg", "c/2.jpg");
    ImageFolder set = ImageFolder.open(root);

    // sklearn.utils.class_weight.compute_class_weight("balanced", classes=[0, 1, 2],
    // y=[0, 0, 0, 0, 1, 2, 2])
    assertThat(set.balancedClassWeights())
        .containsExactly(0.5833333333333334, 2.3333333333333335, 1.1666666666666667);
    assertThatThrownBy(() -> set.withClasses(List.of("a", "b", "c", "d")).balancedClassWeights())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("d");
  }

  private void touch(String... files) throws IOException {
    for (String file : files) {
      Path path = root.resolve(file);
      Files.createDirectories(path.getParent());
      Files.createFile(path);
    }
  }

  private static Stream<String> names(ImageFolder set) {
    return set.samples().stream()
        .map(s -> set.root().relativize(s.path()).toString().replace('\\', '/') + " " + s.label());
  }

  private static void refused(Path root, String... says) {
    assertThatThrownBy(() -> ImageFolder.open(root))
        .isInstanceOf(DataException.class)
        .hasMessageContainingAll(says);
  }
}
