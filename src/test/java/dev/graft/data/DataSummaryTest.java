package dev.graft.data;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.data.DataFinding.Kind;
import dev.graft.image.ImageErrors;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Findings about files whose text says what their image is: SCENE WIDTH FORMAT NOTE. */
class DataSummaryTest {
  @TempDir Path dir;
  private int scenes = 100;

  private void write(String name, String text) throws IOException {
    Path file = dir.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private void fill(String folder, int images) throws IOException {
    for (int i = 0; i < images; i++) {
      write(folder + "/" + i + ".jpg", scenes++ + " 300 jpeg");
    }
  }

  private void fillAll(int images) throws IOException {
    for (String folder : List.of("train/a", "train/b", "val/a", "val/b")) {
      fill(folder, images);
    }
  }

  private DataSummary check(ImageFolders data) {
    return new DatasetCheck(2, true, 100).inspect(data, () -> false, Scenes::new);
  }

  private DataSummary check() {
    return check(ImageFolders.open(dir));
  }

  private DataFinding onlyFinding() {
    List<DataFinding> findings = check().findings();
    assertThat(findings).hasSize(1);
    return findings.get(0);
  }

  @Test
  void aCleanDataSetIsSummedUp() throws IOException {
    fillAll(2);
    write("train/b/9.png", "1 600 png");

    DataSummary summary = check();

    assertThat(summary.findings()).isEmpty();
    assertThat(summary.classes()).containsExactly("a", "b");
    assertThat(summary.splits().get(0))
        .isEqualTo(
            new SplitSummary(
                "train",
                List.of(2, 3),
                new SplitSummary.Spread(300, 300, 600),
                new SplitSummary.Spread(200, 200, 400),
                new SplitSummary.Spread(9, 12, 12),
                Map.of("jpeg", 4, "png", 1)));
    assertThat(summary.splits().get(1).images()).isEqualTo(4);
  }

  @Test
  void itIsTheSameAfterJson() throws IOException {
    fillAll(2);
    write("val/b/9.jpg", "100 300 jpeg");
    DataSummary summary = check();
    var json = new ObjectMapper();

    assertThat(json.readValue(json.writeValueAsString(summary), DataSummary.class))
        .isEqualTo(summary);
  }

  @Test
  void leakage_namesTheFileThatIsMeasuredFirst() throws IOException {
    fillAll(2);
    write("val/a/leak.jpg", "100 300 jpeg");

    DataFinding finding = onlyFinding();

    assertThat(finding.kind()).isEqualTo(Kind.LEAKAGE);
    assertThat(finding.message())
        .startsWith("a/leak.jpg of val has the same content as a/0.jpg of train,")
        .contains("delete one of them");
    assertThat(finding.files())
        .containsExactly(
            dir.resolve("val/a/leak.jpg").toString(), dir.resolve("train/a/0.jpg").toString());
  }

  @Test
  void leakageIsFoundBetweenThePartsOfDividedData_andOfAManifest() throws IOException {
    fill("all/a", 9);
    fill("all/b", 9);
    for (int i = 0; i < 9; i++) {
      write("all/b/copy" + i + ".jpg", Files.readString(dir.resolve("all/b/" + i + ".jpg")));
    }
    ImageFolders divided = ImageFolders.split(dir.resolve("all"), 0.4, 1);
    assertThat(check(divided).findings()).extracting(DataFinding::kind).contains(Kind.LEAKAGE);

    write(
        "list.csv",
        """
        path,label,split
        all/a/0.jpg,a,train
        all/b/1.jpg,b,train
        all/a/2.jpg,a,val
        all/b/copy1.jpg,b,val
        """);
    assertThat(check(ImageFolders.open(dir.resolve("list.csv"))).findings())
        .singleElement()
        .satisfies(
            finding ->
                assertThat(finding.message())
                    .startsWith(
                        "all/b/copy1.jpg of val has the same content as all/b/1.jpg of tr"));
  }

  @Test
  void nearLeakage_ofAResizedCopy() throws IOException {
    fillAll(2);
    write("val/a/small.jpg", "100 150 jpeg");

    DataFinding finding = onlyFinding();

    assertThat(finding.kind()).isEqualTo(Kind.NEAR_LEAKAGE);
    assertThat(finding.message()).startsWith("a/small.jpg of val looks the same as a/0.jpg of tr");
  }

  @Test
  void aContradictionOfBytesIsToldOnce_andTheLeakageWithIt() throws IOException {
    fillAll(2);
    write("val/b/wrong.jpg", "100 300 jpeg");
    write("train/a/again.jpg", "100 290 jpeg");

    assertThat(check().findings())
        .extracting(DataFinding::kind)
        .containsExactly(Kind.LEAKAGE, Kind.CONTRADICTION, Kind.NEAR_LEAKAGE);
  }

  @Test
  void aContradictionOfLooks() throws IOException {
    fillAll(2);
    write("train/b/wrong.jpg", "100 290 jpeg");

    DataFinding finding = onlyFinding();

    assertThat(finding.kind()).isEqualTo(Kind.CONTRADICTION);
    assertThat(finding.message())
        .startsWith(
            "a/0.jpg of train looks the same as b/wrong.jpg of train but has another class");
  }

  @Test
  void manyCopiesAreOneFinding() throws IOException {
    fillAll(2);
    for (int i = 10; i < 15; i++) {
      write("train/a/" + i + ".jpg", "101 300 jpeg");
    }
    assertThat(onlyFinding())
        .satisfies(
            finding -> {
              assertThat(finding.kind()).isEqualTo(Kind.DUPLICATE);
              assertThat(finding.message()).contains("(and 4 more files)");
              assertThat(finding.files()).hasSize(6);
            });

    write("train/a/14.jpg", "101 290 jpeg");
    assertThat(check().findings())
        .extracting(DataFinding::kind)
        .containsExactly(Kind.DUPLICATE, Kind.NEAR_DUPLICATE);
  }

  @Test
  void unreadableFilesAreFoundByReason_andAClassWithoutReadableOnesIsNamed() throws IOException {
    fillAll(2);
    write("val/a/0.jpg", "broken");
    write("val/a/1.jpg", "broken");

    List<DataFinding> findings = check().findings();

    assertThat(findings)
        .extracting(DataFinding::kind)
        .containsExactly(Kind.UNREADABLE, Kind.IMBALANCE);
    assertThat(findings.get(0).message())
        .isEqualTo(
            "2 files, such as a/0.jpg of val, cannot be read: it is broken. Delete or replace them,"
                + " or train with --skip-unreadable.");
    assertThat(findings.get(1).message()).startsWith("No image of a in val can be read");
  }

  @Test
  void aTenthOfTheLargestClassIsImbalance_moreIsNot() throws IOException {
    fill("train/a", 20);
    fill("train/b", 3);
    fill("val/a", 20);
    fill("val/b", 1);
    assertThat(check().findings()).isEmpty();

    Files.delete(dir.resolve("train/b/0.jpg"));
    DataFinding finding = onlyFinding();
    assertThat(finding.kind()).isEqualTo(Kind.IMBALANCE);
    assertThat(finding.message()).contains("train, a, has 20 images", "as b (2)", "balanced");
    assertThat(finding.files()).isEmpty();
  }

  @Test
  void wrongExtensionsAreFoundByWhatTheyAre_otherNamesPromiseNothing() throws IOException {
    fillAll(2);
    write("train/a/x.JPEG", "1 300 png");
    write("train/a/y.jpeg", "2 300 png");
    write("train/a/z.pgm", "3 300 pnm");

    DataFinding finding = onlyFinding();

    assertThat(finding.kind()).isEqualTo(Kind.WRONG_EXTENSION);
    assertThat(finding.message())
        .startsWith("2 files, such as a/x.JPEG of train, are named .jpeg but of format png");
  }

  @Test
  void tinyImagesAreOneFinding_whichListsAThousandFilesAtMost() throws IOException {
    fillAll(1);
    write("val/a/tiny.jpg", "1 149 jpeg");
    DataFinding one = onlyFinding();
    assertThat(one.kind()).isEqualTo(Kind.TINY);
    assertThat(one.message()).startsWith("a/tiny.jpg of val (149 x 99) is smaller than");

    var data = ImageFolders.open(dir);
    DataSummary larger = new DatasetCheck(2, true, 400).inspect(data, () -> false, Scenes::new);
    assertThat(larger.findings())
        .singleElement()
        .satisfies(
            finding ->
                assertThat(finding.message())
                    .startsWith("5 files, such as a/0.jpg of train (300 x 200), are"));
    assertThat(new DataFinding(Kind.TINY, "", java.util.Collections.nCopies(1001, "x")).files())
        .hasSize(1000);
  }

  @Test
  void filesThatAreNoImageByNameAreIgnored_notFound() throws IOException {
    fillAll(1);
    write("train/a/notes.txt", "1 300 jpeg");
    write("train/b/deep/x.gif", "1 300 gif");
    fill("all/a", 2);
    fill("all/b", 2);
    write("all/a/notes.txt", "");

    ImageFolders data = ImageFolders.open(dir);

    assertThat(data.ignored())
        .containsExactly(dir.resolve("train/a/notes.txt"), dir.resolve("train/b/deep/x.gif"));
    assertThat(ImageFolders.split(dir.resolve("all"), 0.5, 0).ignored()).hasSize(1);
  }

  /** Decodes what the files say. */
  private static final class Scenes implements FileCheck.Decoder {
    @Override
    public ImageFacts decode(byte[] bytes, Path file) {
      String text = new String(bytes, StandardCharsets.UTF_8);
      if (text.equals("broken")) {
        throw ImageErrors.of(file.toString(), "it is broken");
      }
      String[] words = text.split(" ", 3);
      int width = Integer.parseInt(words[1]);
      int height = width * 2 / 3;
      byte[] pixels = Scene.of(Long.parseLong(words[0])).draw(width, height);
      return new ImageFacts(width, height, words[2], Fingerprint.of(pixels, width, height));
    }

    @Override
    public void close() {}
  }
}
