package dev.graft.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFoldersTest {
  @TempDir Path root;

  @Test
  void opensTrainAndVal() throws IOException {
    touch("train/a/1.jpg", "train/b/1.jpg", "val/a/2.jpg", "val/b/2.jpg");

    ImageFolders both = ImageFolders.open(root);

    assertThat(both.train().size()).isEqualTo(2);
    assertThat(both.val().root()).isEqualTo(root.resolve("val"));
    assertThat(both.test()).isEmpty();
  }

  @Test
  void opensTest_ifThereIsOne() throws IOException {
    touch("train/a/1.jpg", "train/b/1.jpg", "val/a/2.jpg", "val/b/2.jpg");
    touch("test/a/3.jpg", "test/a/4.jpg", "test/b/3.jpg");

    ImageFolders data = ImageFolders.open(root);

    assertThat(data.test().orElseThrow().classSizes()).containsExactly(2, 1);
    assertThat(data.without(List.of(root.resolve("test/a/3.jpg"))).test().orElseThrow().size())
        .isEqualTo(2);
    refused(
        () -> data.without(List.of(root.resolve("test/b/3.jpg"))),
        root.resolve("test/b").toString());
  }

  @Test
  void refusesATestWithoutLabels_orWithOtherClasses() throws IOException {
    touch("train/a/1.jpg", "train/b/1.jpg", "val/a/2.jpg", "val/b/2.jpg", "test/1.jpg");
    refused(() -> ImageFolders.open(root), "No class folders in " + root.resolve("test"), "rename");

    touch("test/a/1.jpg", "test/c/1.jpg");
    refused(
        () -> ImageFolders.open(root),
        "train and test differ",
        "b is missing in " + root.resolve("test"),
        "c is missing in " + root.resolve("train"));
  }

  @Test
  void namesTheClassOfTestThatHasNoImage() throws IOException {
    touch("train/a/1.jpg", "train/b/1.jpg", "val/a/2.jpg", "val/b/2.jpg", "test/a/1.jpg");
    Files.createDirectory(root.resolve("test/b"));

    refused(() -> ImageFolders.open(root), "No usable images", root.resolve("test/b").toString());
  }

  @Test
  void aMissingSplit_saysWhatIsThere() throws IOException {
    touch("train/a/1.jpg", "train/b/1.jpg", "test/a/1.jpg");

    refused(() -> ImageFolders.open(root), "No folder val", "test, train", "--val-split 0.2");
    refused(() -> ImageFolders.openSplit(root, "val"), "No folder val", "val/CLASS");
    assertThatThrownBy(() -> ImageFolders.openSplit(root, "val"))
        .hasMessageNotContaining("--val-split");

    touch("valid/a/1.jpg");
    refused(() -> ImageFolders.open(root), "Rename " + root.resolve("valid") + " to val");
  }

  @Test
  void foldersOfClassesAlone_areTakenForADataSetThatIsNotSplit() throws IOException {
    touch("cats/1.jpg", "dogs/1.jpg");

    refused(
        () -> ImageFolders.open(root),
        "No folder train",
        "cats, dogs",
        "If these folders are the classes, pass --val-split 0.2");
  }

  @Test
  void refusesWhatIsNoDataSet() throws IOException {
    touch("x.zip");

    refused(() -> ImageFolders.open(root.resolve("none")), "No such file or folder", "none");
    refused(() -> ImageFolders.open(root.resolve("x.zip")), "is a file", ".csv, .tsv, .jsonl");
  }

  @Test
  void namesTheClassesThatOnlyOneSplitHas() throws IOException {
    touch("train/a/1.jpg", "train/b/1.jpg", "train/c/1.jpg");
    touch("val/a/1.jpg", "val/b/1.jpg", "val/d/1.jpg");

    refused(
        () -> ImageFolders.open(root),
        "c is missing in " + root.resolve("val"),
        "d is missing in " + root.resolve("train"));
  }

  @Test
  void refusesSplitsWhoseClassesComeInAnotherOrder() throws IOException {
    touch("a/1.jpg", "b/1.jpg");
    ImageFolder set = ImageFolder.open(root);

    assertThat(new ImageFolders(root, set, set).test()).isEmpty();
    refused(
        () -> new ImageFolders(root, set, set, set.withClasses(List.of("b", "a"))),
        "The classes of train and test come in another order");
  }

  @Test
  void splitsEachClassByTheDocumentedRule() throws IOException {
    for (int i = 1; i <= 10; i++) {
      touch("cats/" + i + ".jpg");
      touch(i <= 3 ? "dogs/" + i + ".jpg" : "dogs/pups/" + i + ".jpg");
    }

    ImageFolders data = ImageFolders.split(root, 0.3, 7);

    String[] val = {
      "cats/10.jpg", "cats/5.jpg", "cats/9.jpg", "dogs/1.jpg", "dogs/2.jpg", "dogs/pups/8.jpg"
    };
    // Python: sorted(paths, key=lambda p: sha256(f"7\0{class}\0{p}".encode()).hexdigest())[:3]
    assertThat(names(data.val())).containsExactly(val);
    assertThat(data.train().size()).isEqualTo(14);
    assertThat(names(data.train())).doesNotContain(val);
    assertThat(data.train().classes()).containsExactly("cats", "dogs");
  }

  @Test
  void aSplitDependsOnTheSeed_butNotOnOtherClassesOrThePlace() throws IOException {
    for (int i = 0; i < 40; i++) {
      touch("one/a/" + i + ".jpg", "one/b/" + i + ".jpg");
      touch("two/train/a/" + i + ".jpg", "two/train/b/" + i + ".jpg", "two/train/c/" + i + ".jpg");
    }

    List<String> one = names(ImageFolders.split(root.resolve("one"), 0.25, 0).val());
    List<String> two = names(ImageFolders.split(root.resolve("two"), 0.25, 0).val());

    assertThat(one).hasSize(20);
    assertThat(two).hasSize(30).startsWith(one.toArray(String[]::new));
    assertThat(names(ImageFolders.split(root.resolve("one"), 0.25, 1).val())).isNotEqualTo(one);
    assertThat(names(ImageFolders.split(root.resolve("one"), 0.5, 0).val())).containsAll(one);
  }

  @Test
  void leavesAtLeastOneImageOfAClassOnEachSide() {
    assertThat(IntStream.of(2, 3, 10, 11).map(n -> StratifiedSplit.valSize(n, 0.05)))
        .containsExactly(1, 1, 1, 1);
    assertThat(IntStream.of(2, 3, 10, 11).map(n -> StratifiedSplit.valSize(n, 0.99)))
        .containsExactly(1, 2, 9, 10);
    assertThat(IntStream.of(2, 3, 10, 13, 244).map(n -> StratifiedSplit.valSize(n, 0.2)))
        .containsExactly(1, 1, 2, 3, 49);
  }

  @Test
  void keepsTest_whenItSplitsTrain() throws IOException {
    touch("train/a/1.jpg", "train/a/2.jpg", "train/b/1.jpg", "train/b/2.jpg");
    touch("test/a/1.jpg", "test/b/1.jpg");

    ImageFolders data = ImageFolders.split(root, 0.5, 0);

    assertThat(data.train().classSizes()).containsExactly(1, 1);
    assertThat(data.val().classSizes()).containsExactly(1, 1);
    assertThat(data.test()).isPresent();
    assertThatThrownBy(() -> data.without(data.val().samples().stream().map(Sample::path).toList()))
        .hasMessageContaining("the val part of " + root.resolve("train/a"));
  }

  @Test
  void refusesToSplitWhatIsSplit() throws IOException {
    touch("train/a/1.jpg", "train/b/1.jpg", "val/a/2.jpg", "val/b/2.jpg");
    refused(() -> ImageFolders.split(root, 0.2, 0), "already split", "Leave out --val-split");

    Files.move(root.resolve("val"), root.resolve("valid"));
    refused(() -> ImageFolders.split(root, 0.2, 0), "already split", "rename it to val");
  }

  @Test
  void doesNotTakeASplitForAClass() throws IOException {
    touch("cats/1.jpg", "cats/2.jpg", "test/cats/1.jpg", "test/dogs/1.jpg");

    refused(() -> ImageFolders.split(root, 0.2, 0), "test but no train", "whether test is a class");
  }

  @Test
  void refusesToSplitAClassOfOneImage_andSharesThatAreNone() throws IOException {
    touch("a/1.jpg", "b/1.jpg", "b/2.jpg", "c/1.jpg");

    refused(() -> ImageFolders.split(root, 0.2, 0), "Only one image of a, c in " + root);
    for (double share : new double[] {0, 1, -0.1, Double.NaN}) {
      assertThatThrownBy(() -> ImageFolders.split(root, share, 0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("above 0 and below 1");
    }
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

  private static List<String> names(ImageFolder set) {
    return set.samples().stream().map(set::name).toList();
  }

  private static void refused(ThrowingCallable call, String... says) {
    assertThatThrownBy(call).isInstanceOf(DataException.class).hasMessageContainingAll(says);
  }
}
