package dev.graft.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.image.ImageErrors;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetCheckTest {
  private static final DatasetCheck STRICT = new DatasetCheck(3, false);
  private static final DatasetCheck SKIPPING = new DatasetCheck(3, true);

  @TempDir Path dir;
  private final AtomicInteger decoded = new AtomicInteger();
  private final AtomicInteger open = new AtomicInteger();

  @BeforeEach
  void makeData() throws IOException {
    for (String split : new String[] {"train", "val"}) {
      for (String label : new String[] {"a", "b"}) {
        for (int i = 0; i < 15; i++) {
          write(split + "/" + label + "/" + i + ".jpg", "image " + split + label + i);
        }
      }
    }
  }

  @Test
  void readsEveryFileOnce_andClosesItsDecoders() {
    CheckedFolders checked = check(STRICT);

    assertThat(decoded).hasValue(60);
    assertThat(open).hasValue(0);
    assertThat(checked.unreadable()).isEmpty();
    assertThat(checked.data().train().size()).isEqualTo(30);
  }

  @Test
  void givesTheHashOfEachFile() throws IOException {
    write("train/a/0.jpg", "abc");
    write("train/a/3.jpg", "broken");

    CheckedFolders checked = check(SKIPPING);

    assertThat(checked.contents())
        .hasSize(59)
        .doesNotContainKey(dir.resolve("train/a/3.jpg"))
        .containsEntry(
            dir.resolve("train/a/0.jpg"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"); // FIPS 180-2, B.1
  }

  @Test
  void reportsAllUnreadableFilesAtOnce() throws IOException {
    write("train/a/3.jpg", "broken");
    write("val/b/7.jpg", "broken");

    assertThatThrownBy(() -> check(STRICT))
        .isInstanceOf(DataException.class)
        .hasMessageContainingAll(
            "2 of 60",
            dir.resolve("train/a/3.jpg") + ": it is broken",
            dir.resolve("val/b/7.jpg").toString(),
            "--skip-unreadable");
  }

  @Test
  void namesTwentyOfManyUnreadableFiles() throws IOException {
    for (int i = 0; i < 14; i++) {
      write("train/a/" + i + ".jpg", "broken");
      write("train/b/" + i + ".jpg", "broken");
    }

    assertThatThrownBy(() -> check(STRICT))
        .hasMessageContaining("28 of 60")
        .hasMessageContaining("and 8 more")
        .satisfies(e -> assertThat(e.getMessage().lines().count()).isEqualTo(23));
  }

  @Test
  void leavesUnreadableFilesOut_whenAllowed() throws IOException {
    write("train/a/3.jpg", "broken");

    CheckedFolders checked = check(SKIPPING);

    Path bad = dir.resolve("train/a/3.jpg");
    assertThat(checked.unreadable()).containsExactly(new UnreadableFile(bad, "it is broken"));
    assertThat(checked.data().train().samples()).hasSize(29).noneMatch(s -> s.path().equals(bad));
  }

  @Test
  void refusesAClassThatSkippingEmptied() throws IOException {
    for (int i = 0; i < 15; i++) {
      write("val/b/" + i + ".jpg", "broken");
    }

    assertThatThrownBy(() -> check(SKIPPING))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(dir.resolve("val/b").toString());
  }

  @Test
  void reportsLinksToNothing() throws IOException {
    Files.createSymbolicLink(dir.resolve("train/a/link.png"), dir.resolve("nothing"));

    assertThatThrownBy(() -> check(STRICT)).hasMessageContaining("link.png: it is gone");
  }

  @Test
  void digestIsTheSameWhereverTheDataLies_andWithAnyNumberOfThreads(@TempDir Path other)
      throws IOException {
    String digest = check(STRICT).digest();
    Files.move(dir.resolve("train"), other.resolve("train"));
    Files.move(dir.resolve("val"), other.resolve("val"));

    ImageFolders moved = ImageFolders.open(other);

    assertThat(digest).matches("[0-9a-f]{64}");
    assertThat(new DatasetCheck(1, false).run(moved, () -> false, this::decoder).digest())
        .isEqualTo(digest);
  }

  @Test
  void digestIsWhatTheDocumentationSays(@TempDir Path small) throws IOException {
    dir = small;
    write("train/a/1.jpg", "1");
    write("train/b/1.jpg", "2");
    write("val/a/1.jpg", "3");
    write("val/b/1.jpg", "4");

    // Python: sha256("".join(f"{path}\0{label}\0{sha256(content)}\n" …))
    assertThat(check(STRICT).digest())
        .isEqualTo("b454997bf78f2302819c7ecece8f0d5f9b4ddc328cbf264f2f30e496bdcc5797");
  }

  @Test
  void digestHasTheFilesOfTest(@TempDir Path small) throws IOException {
    dir = small;
    write("train/a/1.jpg", "1");
    write("train/b/1.jpg", "2");
    write("val/a/1.jpg", "3");
    write("val/b/1.jpg", "4");
    write("test/a/1.jpg", "5");
    write("test/b/1.jpg", "6");

    CheckedFolders checked = check(STRICT);

    assertThat(checked.digest())
        .isEqualTo("449c2eb61b3376ca20b6100ccaab2372f57fcbeb8b7e556a135da3586193fb31");
    assertThat(decoded).hasValue(6);
    assertThat(checked.data().test().orElseThrow().size()).isEqualTo(2);
  }

  @Test
  void digestOfAManifest_hasThePathsAsTheyAreWritten(@TempDir Path small) throws IOException {
    dir = small;
    write("images/1.jpg", "1");
    write("images/2.jpg", "2");
    write("images/3.jpg", "3");
    write("images/4.jpg", "4");
    write(
        "data.csv",
        """
        path,label,split
        images/2.jpg,b,train
        ./images/1.jpg,a,train
        images/3.jpg,a,val
        images/4.jpg,b,val
        """);

    ImageFolders data = ImageFolders.open(dir.resolve("data.csv"));

    assertThat(STRICT.run(data, () -> false, this::decoder).digest())
        .isEqualTo("a18899a9cdb34e312d0af6eb7bb3fa0638617a85084183d2c819d72362459fd0");
  }

  @Test
  void leavesUnreadableFilesOutOfTestAndOfSplitData() throws IOException {
    write("test/a/1.jpg", "broken");
    write("test/a/2.jpg", "fine");
    write("test/b/1.jpg", "fine");
    assertThat(check(SKIPPING).data().test().orElseThrow().size()).isEqualTo(2);

    write("train/b/4.jpg", "broken");
    ImageFolders data = ImageFolders.split(dir.resolve("train"), 0.2, 0);
    CheckedFolders checked = SKIPPING.run(data, () -> false, this::decoder);
    assertThat(checked.data().train().size() + checked.data().val().size()).isEqualTo(29);

    for (Sample sample : data.val().samples().subList(0, 3)) {
      Files.writeString(sample.path(), "broken");
    }
    assertThatThrownBy(() -> SKIPPING.run(data, () -> false, this::decoder))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("the val part of " + dir.resolve("train/a"));
  }

  @Test
  void digestChangesWithAByte_aName_andASkippedFile() throws IOException {
    String before = check(STRICT).digest();
    write("val/a/2.jpg", "image vala3");
    String byByte = check(STRICT).digest();
    Files.move(dir.resolve("val/a/2.jpg"), dir.resolve("val/a/two.jpg"));
    String byName = check(STRICT).digest();
    write("val/a/two.jpg", "broken");
    String bySkip = check(SKIPPING).digest();

    assertThat(new String[] {before, byByte, byName, bySkip}).doesNotHaveDuplicates();
  }

  @Test
  void stopsWhenAsked() {
    ImageFolders data = ImageFolders.open(dir);

    assertThatThrownBy(() -> STRICT.run(data, () -> decoded.get() >= 5, this::decoder))
        .isInstanceOf(CancellationException.class);
    assertThat(decoded.get()).isBetween(5, 8);
    assertThat(open).hasValue(0);
  }

  @Test
  void stopsWhenInterrupted_andStaysInterrupted() {
    ImageFolders data = ImageFolders.open(dir);
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> new DatasetCheck(1, false).run(data, () -> slow(), this::decoder))
        .isInstanceOf(CancellationException.class);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(open).hasValue(0);
  }

  @Test
  void namesTheFileOfAnUnexpectedFailure() throws IOException {
    write("train/b/4.jpg", "bug");

    assertThatThrownBy(() -> check(SKIPPING))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("train/b/4.jpg")
        .hasCauseInstanceOf(IllegalStateException.class);
  }

  private CheckedFolders check(DatasetCheck check) {
    return check.run(ImageFolders.open(dir), () -> false, this::decoder);
  }

  private static boolean slow() {
    try {
      Thread.sleep(5);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return false;
  }

  private FileCheck.Decoder decoder() {
    open.incrementAndGet();
    return new FileCheck.Decoder() {
      @Override
      public ImageFacts decode(byte[] bytes, Path file) {
        decoded.incrementAndGet();
        String text = new String(bytes, StandardCharsets.UTF_8);
        if (text.equals("broken")) {
          throw ImageErrors.of(file.toString(), "it is broken");
        } else if (text.equals("bug")) {
          throw new IllegalStateException("a bug");
        }
        return new ImageFacts(300, 200 + text.length(), "jpeg", null);
      }

      @Override
      public void close() {
        open.decrementAndGet();
      }
    };
  }

  private void write(String name, String text) throws IOException {
    Path file = dir.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
