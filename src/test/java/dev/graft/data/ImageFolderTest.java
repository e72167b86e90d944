package dev.graft.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

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
  void opensTrainAndVal() throws IOException {
    touch("train/a/1.jpg", "train/b/1.jpg", "val/a/2.jpg", "val/b/2.jpg");

    ImageFolders both = ImageFolders.open(root);

    assertThat(both.train().size()).isEqualTo(2);
    assertThat(both.val().root()).isEqualTo(root.resolve("val"));
  }

  @Test
  void aMissingSplit_saysWhatIsThere() throws IOException {
    touch("train/a/1.jpg", "train/b/1.jpg", "test/a/1.jpg");

    assertThatThrownBy(() -> ImageFolders.open(root))
        .isInstanceOf(DataException.class)
        .hasMessageContainingAll("No folder val", "test, train", "val/CLASS");
  }

  @Test
  void namesTheClassesThatOnlyOneSplitHas() throws IOException {
    touch("train/a/1.jpg", "train/b/1.jpg", "train/c/1.jpg");
    touch("val/a/1.jpg", "val/b/1.jpg", "val/d/1.jpg");

    assertThatThrownBy(() -> ImageFolders.open(root))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("c is missing in " + root.resolve("val"))
        .hasMessageContaining("d is missing in " + root.resolve("train"));
  }

  @Test
  void readsHymenoptera() {
    Path data = Path.of(System.getProperty("graft.shared", "../shared"), "data/hymenoptera_data");
    assumeTrue(Files.isDirectory(data), "no hymenoptera_data at " + data);

    ImageFolders both = ImageFolders.open(data);

    assertThat(both.train().classes()).containsExactly("ants", "bees");
    assertThat(both.train().size()).isEqualTo(244);
    assertThat(both.val().size()).isEqualTo(153);
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
