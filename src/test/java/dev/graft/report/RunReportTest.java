package dev.graft.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.report.RunReport.Moment;
import dev.graft.train.RecordedRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class RunReportTest {
  private static final String HOSTILE = "<script>alert('a\"&b')</script>\u202e\u0007";

  @TempDir Path folder;

  /** No file is there, so there are no pictures. */
  private static final Pictures NONE =
      new Pictures() {
        @Override
        public List<Picture> of(Path file, List<String> labels) {
          return List.of();
        }

        @Override
        public String note() {
          return "";
        }

        @Override
        public void close() {}
      };

  private static String html(RunOnDisk run, Moment moment) throws IOException {
    return new RunReport(RecordedRun.read(run.folder), moment, "Completed.").html(NONE);
  }

  private static List<String> ids(Document page) {
    NodeList sections = page.getElementsByTagName("section");
    return IntStream.range(0, sections.getLength())
        .mapToObj(i -> ((Element) sections.item(i)).getAttribute("id"))
        .toList();
  }

  private RunOnDisk twoClasses() throws IOException {
    return new RunOnDisk(folder, List.of("ants", "bees"))
        .epochs(0.9, 0.5, 0.7)
        .answers(new int[] {0, 0, 1, 1, 1}, new int[] {0, 1, 1, 1, 0}, ".jpg");
  }

  @Test
  void holdsEverySection() throws IOException {
    RunOnDisk run = twoClasses();
    Files.writeString(
        folder.resolve("data.json"),
        """
        {"classes": ["ants", "bees"],
         "splits": [{"name": "train", "class_sizes": [12, 8],
            "widths": {"smallest": 1, "median": 2, "largest": 3},
            "heights": {"smallest": 4, "median": 5, "largest": 6},
            "file_bytes": {"smallest": 700, "median": 8000, "largest": 9000000},
            "formats": {"jpeg": 19, "png": 1}}],
         "findings": [{"kind": "leakage", "message": "val/1.jpg is train/7.jpg.",
            "files": ["val/1.jpg", "train/7.jpg"]}]}
        """);
    Document page = RunOnDisk.parse(html(run, Moment.ENDED));
    assertThat(ids(page))
        .containsExactly(
            "overview", "curves", "validation", "hard", "data", "repeat", "provenance", "settings");
    String text = page.getDocumentElement().getTextContent();
    assertThat(text)
        .contains("66.67 %", "95 % interval", "Learning rate", "images/s")
        .contains("precision", "macro average", "Expected calibration error", "AUC", "AP 0.")
        .contains("Top losses", "Most confident mistakes", "Picture not found: val/4.jpg")
        .contains(
            "jpeg 19, png 1", "700 B · 8.0 kB · 9.0 MB", "Leakage", "val/1.jpg is train/7.jpg")
        .contains("graft train --data images", "--out " + folder + "-again", "12ab");
    assertThat(page.getElementsByTagName("svg").getLength()).isGreaterThan(7);
  }

  @Test
  void namesFromOutside_becomeTextAlone() throws IOException {
    var run =
        new RunOnDisk(folder, List.of("ants", HOSTILE))
            .config(Map.of("data", HOSTILE, "weights", "\"><img src=x>"))
            .epochs(0.5)
            .answers(new int[] {0, 1, 0}, new int[] {1, 1, 0}, HOSTILE);
    Document page = RunOnDisk.parse(html(run, Moment.ENDED));
    assertThat(page.getElementsByTagName("script").getLength()).isZero();
    assertThat(page.getElementsByTagName("img").getLength()).isZero();
    assertThat(page.getDocumentElement().getTextContent())
        .contains("<script>alert('a\"&b')</script>??")
        .doesNotContain("\u202e", "\u0007");
  }

  @Test
  void loadsNothingAndRunsNothing_reloadsOnlyWhileTheRunIsUnderWay() throws IOException {
    RunOnDisk run = twoClasses();
    String ended = html(run, Moment.ENDED);
    assertThat(ended)
        .contains("default-src &#39;none&#39;; img-src data:")
        .doesNotContain("http-equiv=\"refresh\"", "<link", "<script", "@import", "url(");
    assertThat(html(run, Moment.UNDER_WAY)).contains("http-equiv=\"refresh\"");
  }

  @Test
  void aThousandClasses_stayReadableAndSmall() throws IOException {
    List<String> classes = IntStream.range(0, 1000).mapToObj(i -> "class " + i).toList();
    int[] labels = IntStream.range(0, 5000).map(i -> i % 1000).toArray();
    int[] answered = IntStream.range(0, 5000).map(i -> (i % 1000 + i % 3) % 1000).toArray();
    var run = new RunOnDisk(folder, classes).epochs(0.5, 0.4).answers(labels, answered, ".jpg");
    String html = html(run, Moment.ENDED);
    assertThat(html.length()).isLessThan(200_000);
    assertThat(RunOnDisk.parse(html).getDocumentElement().getTextContent())
        .contains("the pairs that are confused most (25 of ", "25 of 1000 classes")
        .doesNotContain("AUC");
  }

  @Test
  void runsThatHaveHardlyBegun_areReadable() throws IOException {
    var run = new RunOnDisk(folder, List.of("ants", "bees"));
    assertThat(ids(RunOnDisk.parse(html(run, Moment.UNDER_WAY))))
        .containsExactly("overview", "curves", "repeat", "provenance", "settings");
    Files.writeString(folder.resolve("metrics.jsonl"), "");
    Files.writeString(folder.resolve("validation.jsonl"), "");
    assertThat(html(run, Moment.ENDED)).contains("No phase of an epoch", "There is no answer");
    run.epochs(0.5);
    assertThat(html(run, Moment.ENDED)).contains(">best</text>").doesNotContain("NaN");
  }

  @Test
  void oneClassForEverything_orOneClassAlone_areReadable() throws IOException {
    var run = twoClasses().answers(new int[] {0, 0, 1}, new int[] {1, 1, 1}, ".jpg");
    assertThat(html(run, Moment.ENDED)).contains("AUC").doesNotContain("NaN");
    run.answers(new int[] {1, 1}, new int[] {1, 1}, ".jpg");
    assertThat(html(run, Moment.ENDED))
        .contains("There is none: every answer is right")
        .doesNotContain("AUC", "NaN");
  }

  /** A run that overwrites another keeps its model until an epoch is validated. */
  @Test
  void anEarlierRunsModel_isNotTakenForThisOnes() throws IOException {
    RunOnDisk run = twoClasses();
    Files.writeString(folder.resolve("model.pt"), "no model");
    assertThat(html(run, Moment.ENDED)).contains("<dt>model.pt");
    run.epochs();
    assertThat(html(run, Moment.ENDED)).doesNotContain("<dt>model.pt");
    try (Pictures pictures = ExplainedPictures.open(RecordedRun.read(folder), true)) {
      assertThat(pictures.note()).contains("no epoch was validated");
    }
  }

  @Test
  void aRunCanBeRepeatedBesideItself_howeverItsFolderIsGiven() {
    Path here = Path.of("").toAbsolutePath();
    assertThat(SettingsSection.again(Path.of("my run"))).isEqualTo("my run-again");
    assertThat(SettingsSection.again(Path.of("."))).isEqualTo(here + "-again");
    assertThat(SettingsSection.again(Path.of("a/.."))).isEqualTo(here + "-again");
    assertThat(SettingsSection.again(Path.of(".."))).isEqualTo(here.getParent() + "-again");
  }

  @Test
  void mixupIsNamed_whereItIsNotShown() throws IOException {
    RunOnDisk run = twoClasses();
    Files.write(folder.resolve("views.jpg"), new byte[] {1, 2, 3});
    assertThat(html(run, Moment.ENDED)).contains("data:image/jpeg;base64,AQID", "anew in each");
    run.config(Map.of("mixup", 0.2));
    assertThat(html(run, Moment.ENDED)).contains("Mixup mixes them afterwards, which is not shown");
    run.config(Map.of("freeze", "features", "views", 3));
    assertThat(html(run, Moment.ENDED)).contains("3 fixed views of each image");
  }
}
