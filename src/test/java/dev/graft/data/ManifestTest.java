package dev.graft.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class ManifestTest {
  @TempDir Path dir;

  @BeforeEach
  void makeImages() throws IOException {
    for (int i = 1; i <= 4; i++) {
      touch("cats/" + i + ".jpg", "dogs/" + i + ".jpg");
    }
  }

  @Test
  void readsCsv_itsColumnsInAnyOrder() throws IOException {
    Path file =
        write(
            "data.csv",
            """
            label,split,path
            dogs,train,dogs/1.jpg
            cats,train,cats/2.jpg
            cats,train,cats/1.jpg
            dogs,val,dogs/2.jpg
            cats,val,cats/3.jpg
            """);

    ImageFolders data = ImageFolders.open(file);

    assertThat(data.root()).isEqualTo(file);
    assertThat(data.train().root()).isEqualTo(dir);
    assertThat(data.train().classes()).containsExactly("cats", "dogs");
    assertThat(names(data.train())).containsExactly("cats/1.jpg 0", "cats/2.jpg 0", "dogs/1.jpg 1");
    assertThat(names(data.val())).containsExactly("cats/3.jpg 0", "dogs/2.jpg 1");
    assertThat(data.test()).isEmpty();
    assertThat(data.train().samples().get(0).path()).isEqualTo(dir.resolve("cats/1.jpg"));
  }

  @Test
  void readsTheSame_fromCsvTsvAndJsonLines() throws IOException {
    String csv =
        """
        path,label,split
        cats/1.jpg,cats,train
        dogs/1.jpg,dogs,train
        cats/2.jpg,cats,valid
        dogs/2.jpg,dogs,Validation
        cats/3.jpg,cats,test
        dogs/3.jpg,dogs,test
        """;
    String json =
        csv.lines()
            .skip(1)
            .map(line -> (Object[]) line.split(",", -1))
            .map(v -> String.format("{\"path\":\"%s\",\"label\":\"%s\",\"split\":\"%s\"}\n", v))
            .collect(Collectors.joining());

    for (Path file :
        List.of(
            write("a.csv", csv),
            write("b.TSV", csv.replace(',', '\t')),
            write("c.jsonl", json),
            write("bom.csv", "\uFEFF" + csv),
            write("bom.jsonl", "\uFEFF" + json),
            write("windows.csv", csv.replace("\n", "\r\n")),
            write("windows.jsonl", json.replace("\n", "\r\n")),
            write("spaces.csv", csv.replace(",", ", ")),
            write("blank.csv", csv.replace("dogs/1", "\ndogs/1") + "\n\n"),
            write("blank.jsonl", json.replace("}", "}\n  \n")))) {
      ImageFolders data = ImageFolders.open(file);
      assertThat(names(data.train())).containsExactly("cats/1.jpg 0", "dogs/1.jpg 1");
      assertThat(names(data.val())).containsExactly("cats/2.jpg 0", "dogs/2.jpg 1");
      assertThat(names(data.test().orElseThrow())).containsExactly("cats/3.jpg 0", "dogs/3.jpg 1");
      assertThat(names(ImageFolders.openSplit(file, "val"))).isEqualTo(names(data.val()));
      assertThat(ImageFolders.openSplit(file, "test").size()).isEqualTo(2);
    }
  }

  @Test
  void readsQuotedValues_asRfc4180HasThem() throws IOException {
    touch("cats/a, \"b\".jpg");
    Path file =
        write(
            "data.csv",
            """
            "path","label","split"
            "cats/a, ""b"".jpg","cats, ""tame\""",train
            dogs/1.jpg,dogs,"train"
            cats/2.jpg,"cats, ""tame\""",val
            dogs/2.jpg,dogs,val
            """);

    ImageFolder train = ImageFolders.open(file).train();

    assertThat(train.classes()).containsExactly("cats, \"tame\"", "dogs");
    assertThat(names(train)).containsExactly("cats/a, \"b\".jpg 0", "dogs/1.jpg 1");
  }

  @Test
  void takesAbsolutePaths_andPathsOutOfTheFolder() throws IOException {
    Files.createDirectory(dir.resolve("lists"));
    String cat = dir.resolve("cats/1.jpg").toAbsolutePath().toString();
    Path file =
        write(
            "lists/data.csv",
            """
            path,label,split
            %s,cats,train
            ../dogs/1.jpg,dogs,train
            ../cats/2.jpg,cats,val
            ../dogs/2.jpg,dogs,val
            """
                .formatted(cat));

    ImageFolders data = ImageFolders.open(file);

    assertThat(names(data.train())).containsExactly(cat + " 0", "../dogs/1.jpg 1");
    assertThat(data.val().samples()).allMatch(s -> Files.exists(s.path()));
  }

  @Test
  void sortsClassesByCodePoint() throws IOException {
    Path file =
        write(
            "data.csv",
            """
            path,label
            cats/1.jpg,\uFF5E
            cats/2.jpg,\uFF5E
            dogs/1.jpg,\uD83D\uDC1C
            dogs/2.jpg,\uD83D\uDC1C
            cats/3.jpg,Z
            cats/4.jpg,Z
            """);

    assertThat(ImageFolders.split(file, 0.5, 0).train().classes())
        .containsExactly("Z", "\uFF5E", "\uD83D\uDC1C");
  }

  @Test
  void splitsAManifest_asTheSameFoldersAreSplit() throws IOException {
    StringBuilder rows = new StringBuilder("label,path\n");
    for (int i = 4; i >= 1; i--) {
      rows.append("dogs,dogs/").append(i).append(".jpg\n");
      rows.append("cats,cats/").append(i).append(".jpg\n");
    }
    Path file = write("data.csv", rows.toString());

    ImageFolders data = ImageFolders.split(file, 0.5, 3);
    Files.delete(file);
    ImageFolders folders = ImageFolders.split(dir, 0.5, 3);

    assertThat(names(data.train())).isEqualTo(names(folders.train()));
    assertThat(names(data.val())).isEqualTo(names(folders.val())).hasSize(4);
  }

  @Test
  void splitsTrain_whereThereIsATestButNoVal() throws IOException {
    Path file =
        write(
            "data.csv",
            """
            path,label,split
            cats/1.jpg,cats,train
            cats/2.jpg,cats,train
            dogs/1.jpg,dogs,train
            dogs/2.jpg,dogs,train
            cats/3.jpg,cats,test
            dogs/3.jpg,dogs,test
            """);

    refused(file, "no images of split val", "--val-split 0.2");
    ImageFolders data = ImageFolders.split(file, 0.5, 0);

    assertThat(data.train().size()).isEqualTo(2);
    assertThat(data.val().size()).isEqualTo(2);
    assertThat(data.test().orElseThrow().size()).isEqualTo(2);
    assertThatThrownBy(() -> data.without(List.of(data.val().samples().get(1).path())))
        .isInstanceOf(DataException.class)
        .hasMessageContainingAll("dogs in the val part of " + file, "delete the class's rows");
  }

  @Test
  void refusesToSplitWhatIsSplit_andToOpenWhatIsNot() throws IOException {
    Path split = write("split.csv", SPLIT);
    Path plain = write("plain.csv", "path,label\ncats/1.jpg,cats\ndogs/1.jpg,dogs\n");

    assertThatThrownBy(() -> ImageFolders.split(split, 0.2, 0))
        .isInstanceOf(DataException.class)
        .hasMessageContainingAll("split.csv is already split", "2 images", "--val-split");
    refused(plain, "says no split", "--val-split 0.2");
    assertThatThrownBy(() -> ImageFolders.openSplit(plain, "val"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("says no split");
    assertThatThrownBy(() -> ImageFolders.openSplit(split, "test"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("no images of split test");
    assertThatThrownBy(() -> ImageFolders.openSplit(split, "dev"))
        .isInstanceOf(DataException.class)
        .hasMessageContainingAll("No split dev", "train, val or test");
    assertThatThrownBy(() -> ImageFolders.split(plain, 0.2, 0))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("Only one image of cats, dogs in " + plain);
  }

  @Test
  void namesAllFaultyLinesAtOnce() throws IOException {
    Path file =
        write(
            "data.csv",
            """
            path,label,split
            cats/1.jpg,cats,train

            cats/none.jpg,cats,train
            cats/2.jpg,  ,train
            cats/3.jpg,cats,dev
            cats/4.jpg,cats,
            cats,cats,train
            ,cats,train
            "dogs/
            1.jpg",dogs,train
            dogs/1.jpg,dogs
            ./cats/1.jpg,cats,val
            cats/1.jpg,cats,train
            dogs/2.jpg,"do
            gs",train
            """);

    refused(
        file,
        "11 problems in " + file + ":\n  line 4: ",
        "line 4: no such file: " + dir.resolve("cats/none.jpg"),
        "line 5: it has no label",
        "line 6: unknown split dev. Use train, val or test",
        "line 7: it has no split",
        "line 8: " + dir.resolve("cats") + " is a folder",
        "line 9: it has no path",
        "line 10: the path holds a control character",
        "line 12: it has 2 columns, the first line 3",
        "line 13: ./cats/1.jpg is in line 2 already, for train: what is learned must not be",
        "line 14: cats/1.jpg is in line 2 already. Delete one",
        "line 15: the label holds a control character");
  }

  @Test
  void namesTwentyOfManyFaultyLines() throws IOException {
    String rows = "none.jpg,cats\n".repeat(31);

    refused(write("data.csv", "path,label\n" + rows), "31 problems", "and 11 more", "line 21:");
  }

  @Test
  void refusesColumnsItDoesNotKnow() throws IOException {
    refused(
        write("a.csv", "path,id,label,width\n"),
        "a.csv, line 1: unknown columns: id, width.",
        "commas between them: path, label");
    refused(write("b.csv", "path;label;split\n"), "unknown columns: path;label;split", "commas");
    refused(write("c.tsv", "path,label\n"), "unknown columns: path,label", "tabs");
    refused(write("d.csv", "path,split\n"), "line 1: no column label");
    refused(write("e.csv", "label\n"), "line 1: no column path");
    refused(write("f.csv", "path,label,path\n"), "line 1: a column comes twice");
    refused(write("g.csv", "cats/1.jpg,cats\n"), "unknown columns: cats/1.jpg, cats");
  }

  @Test
  void refusesWhatIsNoCsv() throws IOException {
    refused(write("a.csv", "path,label\ncats/1.jpg,cats\n\"cats/2.jpg,cats\n"), "a.csv, line 3");
    refused(write("b.csv", "path,label\n\"cats/1.jpg\"x,cats\n"), "b.csv, line 2", "quote");
  }

  @Test
  void refusesWhatIsNoJsonLine() throws IOException {
    Path file =
        write(
            "data.jsonl",
            """
            {"path": "cats/1.jpg", "label": "cats"}
            {"path": "cats/2.jpg", "label": "cats"
            ["cats/2.jpg", "cats"]
            {"path": "cats/2.jpg", "label": 3}
            {"path": "cats/2.jpg", "class": "cats"}
            {"path": "cats/2.jpg", "label": "cats", "label": "dogs"}
            {"path": "cats/2.jpg", "label": "cats"} {}
            {"label": "cats"}
            {"path": "cats/3.jpg", "label": "cats", "split": "train"}
            """);

    refused(
        file,
        "line 1: it has no split",
        "line 2: it is no JSON: ",
        "line 3: it is no JSON object. Expected is",
        "line 4: label is no text in quotes",
        "line 5: unknown names: class; known are path, label, split",
        "line 6: it is no JSON: ",
        "line 7: it is no JSON: ",
        "line 8: it has no path");
  }

  @Test
  void refusesWhatIsNoUtf8() throws IOException {
    Path latin = dir.resolve("latin.csv");
    Files.write(latin, "path,label\nc.jpg,grün\n".getBytes(StandardCharsets.ISO_8859_1));
    Path cut = dir.resolve("cut.jsonl");
    Files.write(cut, new byte[] {'\n', '\n', (byte) 0xE2, (byte) 0x82});
    Path wide = dir.resolve("utf16.tsv");
    Files.write(wide, "path\tlabel\n".getBytes(StandardCharsets.UTF_16));

    refused(latin, "latin.csv, line 2: this is not UTF-8", "Save the file as UTF-8");
    refused(cut, "cut.jsonl, line 3: this is not UTF-8");
    refused(wide, "utf16.tsv, line 1: this is not UTF-8");
  }

  @Test
  @Timeout(60)
  void refusesWhatIsNoRegularFile_orFarTooLarge() throws Exception {
    Path endless = Files.createSymbolicLink(dir.resolve("zero.csv"), Path.of("/dev/zero"));
    Path pipe = pipe("pipe.jsonl");
    Path large = dir.resolve("large.tsv");
    try (var file = new RandomAccessFile(large.toFile(), "rw")) {
      file.setLength((256L << 20) + 1); // sparse: takes no room
    }

    Path version = Path.of("/proc/version"); // of no size, as the system says, but with a line
    if (Files.exists(version)) {
      Path link = Files.createSymbolicLink(dir.resolve("version.csv"), version);
      refused(link, "version.csv, line 1: unknown columns: Linux version");
    }
    refused(endless, "Cannot read " + endless + ": it is no regular file.");
    refused(pipe, "Cannot read " + pipe + ": it is no regular file.");
    refused(large, "Cannot read " + large + ": it is larger than 256 MiB.");
    pipe("cats/pipe.jpg");
    Path list = write("data.csv", SPLIT + "cats/pipe.jpg,cats,val\n");
    refused(list, "line 6: " + dir.resolve("cats/pipe.jpg") + " is no regular file");
  }

  @Test
  void refusesEndlessRows_andMoreRowsThanItHolds() throws IOException {
    String long64k = "x".repeat(1 << 16);
    refused(write("a.csv", "path,label\n" + long64k + ",cats\n"), "a.csv, line 2: it is longer");
    refused(write("b.csv", ",".repeat(1 << 17)), "b.csv, line 1: it is longer than 65536 char");
    refused(write("c.jsonl", "\n{\"path\": \"" + long64k + "\"}"), "c.jsonl, line 2: it is longer");
    refused(write("d.jsonl", "[".repeat(60_000)), "line 1: it is no JSON: ");
    var problems = new ManifestProblems(dir.resolve("e.csv"));
    problems.requireRoom(ManifestProblems.MAX_ROWS - 1, 1);
    assertThatThrownBy(() -> problems.requireRoom(ManifestProblems.MAX_ROWS, 5_000_001))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("e.csv, line 5000001: there are more than 5000000 images");
  }

  @Test
  void namesTheFirstOfThousandsOfFaultyLines() throws IOException {
    String rows = "x\n".repeat(5000);
    refused(write("data.csv", "path,label\n" + rows), "5000 problems", "line 2:", "and 4980 more");
  }

  @Test
  void showsNoControlCharacters_andNoEndlessNames() throws IOException {
    String escape = "\\u001b[2J\\u202e" + "y".repeat(1000);
    Path file =
        write(
            "data.jsonl",
            """
            {"%s": "a", "path": "cats/1.jpg", "label": "cats"}
            {"%s": 1}
            {"path": "cats/1.jpg", "label": "cats", "split": "%s"}
            {"path": "\u009b.jpg", "label": "cats", "split": "val"}
            nul\u001b
            """
                .formatted(escape, escape, escape));

    assertThatThrownBy(() -> ImageFolders.open(file))
        .isInstanceOf(DataException.class)
        .hasMessageContainingAll("line 1: unknown names: ?[2J?yyy", "line 2: ?[2J?yyy", "…")
        .hasMessageContainingAll("line 3: unknown split ?[2J?yyy", "line 5: it is no JSON")
        .satisfies(e -> assertThat(e.getMessage()).doesNotContainPattern("[\\p{Cc}\\p{Cf}&&[^\n]]"))
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("y".repeat(121)));
    refused(write("b.csv", "path,\u001b[31m" + "y".repeat(1000)), "unknown columns: ?[31myyy");
  }

  private Path pipe(String name) throws Exception {
    Path pipe = dir.resolve(name);
    assumeTrue(Files.exists(Path.of("/usr/bin/mkfifo")), "no mkfifo");
    assertThat(new ProcessBuilder("/usr/bin/mkfifo", pipe.toString()).start().waitFor()).isZero();
    return pipe;
  }

  @Test
  void refusesManifestsThatListTooLittle() throws IOException {
    for (String name : List.of("a.csv", "a.tsv", "a.jsonl")) {
      refused(write(name, ""), name + " lists no images");
    }
    refused(write("b.csv", "path,label\n"), "b.csv lists no images");
    refused(
        write("c.csv", SPLIT.replace("dogs,train", "cats,train")),
        "Only one class, cats, in the train part of");
    refused(
        write("d.csv", SPLIT + "dogs/3.jpg,wolves,val\n"),
        "The classes of train and val differ",
        "wolves is missing in the train part of " + dir.resolve("d.csv"));
    refused(write("e.csv", SPLIT.replace("train", "test")), "no images of split train");
    refused(dir.resolve("none.csv"), "No such file: " + dir.resolve("none.csv"));
  }

  @Test
  void aFolderThatEndsLikeAManifest_isAFolder() throws IOException {
    touch("x.csv/train/a/1.jpg", "x.csv/train/b/1.jpg", "x.csv/val/a/1.jpg", "x.csv/val/b/1.jpg");

    assertThat(ImageFolders.open(dir.resolve("x.csv")).train().size()).isEqualTo(2);
  }

  @Test
  void theModelsClassesMustHoldTheManifests() throws IOException {
    ImageFolder val = ImageFolders.openSplit(write("data.csv", SPLIT), "val");

    assertThat(names(val.withClasses(List.of("ants", "dogs", "cats"))))
        .containsExactly("cats/2.jpg 2", "dogs/2.jpg 1");
    assertThatThrownBy(() -> val.withClasses(List.of("ants", "cats")))
        .isInstanceOf(DataException.class)
        .hasMessageContainingAll("no class dogs", "the val part of", "delete the class's rows");
  }

  private static final String SPLIT =
      """
      path,label,split
      cats/1.jpg,cats,train
      dogs/1.jpg,dogs,train
      cats/2.jpg,cats,val
      dogs/2.jpg,dogs,val
      """;

  private Path write(String name, String text) throws IOException {
    return Files.writeString(dir.resolve(name), text);
  }

  private void touch(String... files) throws IOException {
    for (String file : files) {
      Path path = dir.resolve(file);
      Files.createDirectories(path.getParent());
      Files.createFile(path);
    }
  }

  private static List<String> names(ImageFolder set) {
    return set.samples().stream().map(s -> set.name(s) + " " + s.label()).toList();
  }

  private static void refused(Path file, String... says) {
    assertThatThrownBy(() -> ImageFolders.open(file))
        .isInstanceOf(DataException.class)
        .hasMessageContainingAll(says);
  }
}
