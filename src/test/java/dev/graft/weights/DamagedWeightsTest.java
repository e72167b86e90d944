package dev.graft.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever happens to a file, it is read or refused with a {@link WeightsException}: every
 * truncation, and some hundred damages, the same ones each time.
 */
@Timeout(120)
class DamagedWeightsTest {
  private static final int FLIPS = 300;

  @TempDir Path dir;

  @ParameterizedTest
  @ValueSource(strings = {"views.pth", "views-legacy.pth", "types-legacy.pth", "types.safetensors"})
  void everyTruncation_isRefused(String name) throws IOException {
    byte[] whole = Files.readAllBytes(References.path(name));
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThat(isRefused(name, cut, "cut after " + length)).as("cut after " + length).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "types.pth",
        "views.pth",
        "checkpoint.pth",
        "types-legacy.pth",
        "views-legacy.pth",
        "checkpoint-legacy.pth",
        "types.safetensors",
      })
  void damage_isRefusedOrHarmless(String name) throws IOException {
    byte[] whole = Files.readAllBytes(References.path(name));
    Random random = new Random(7);
    int refused = 0;
    for (int i = 0; i < FLIPS; i++) {
      byte[] damaged = whole.clone();
      for (int n = random.nextInt(3); n >= 0; n--) {
        int at = random.nextInt(damaged.length);
        damaged[at] =
            (byte)
                (random.nextBoolean() ? damaged[at] ^ (1 << random.nextInt(8)) : random.nextInt());
      }
      refused += isRefused(name, damaged, "damage " + i) ? 1 : 0;
    }
    assertThat(refused).isGreaterThan(FLIPS / 10);
  }

  /** In a zip a checksum guards the pickle; here nothing does, as in a file made to harm. */
  @ParameterizedTest
  @ValueSource(strings = {"views.pth", "checkpoint.pth", "types-protocol-4.pth"})
  void aDamagedPickle_withTheRightChecksum_isRefusedOrHarmless(String name) throws IOException {
    Random random = new Random(8);
    byte[] pickle = Zips.read(References.path(name), "data.pkl");
    int refused = 0;
    for (int i = 0; i < FLIPS; i++) {
      byte[] damaged = pickle.clone();
      for (int n = random.nextInt(3); n >= 0; n--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      }
      byte[] file = Zips.replace(References.path(name), "data.pkl", damaged);
      refused += isRefused(name, file, "damage " + i) ? 1 : 0;
    }
    assertThat(refused).isGreaterThan(FLIPS / 10);
  }

  /** Java makes the comment of an entry only with the entry, after it has opened the zip. */
  @Test
  void aCommentThatIsNoUtf8_isRefused() throws IOException {
    for (String root : List.of("archive/", "archive/code/")) {
      byte[] zip = withBadComment(root);
      Path file = Files.write(dir.resolve("comment.pt"), zip);
      for (ThrowingCallable use :
          List.<ThrowingCallable>of(
              () -> StateDictFile.kind(file),
              () -> StateDictFile.read(file).close(),
              () -> TorchScriptFile.check(file),
              () -> TorchScriptFile.extraFiles(file),
              () -> TorchScriptFile.readExtra(file, "classes.json"))) {
        assertThatThrownBy(use)
            .isInstanceOf(WeightsException.class)
            .hasMessageContainingAll(file.toString(), "truncated or damaged");
      }
    }
  }

  /** Every entry's comment is the byte 255, and every entry says that its texts are UTF-8. */
  private static byte[] withBadComment(String folder) throws IOException {
    var out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out, StandardCharsets.ISO_8859_1)) {
      for (String name : List.of("archive/data.pkl", folder + "constants.pkl")) {
        ZipEntry entry = new ZipEntry(name);
        entry.setComment("\u00ff");
        zip.putNextEntry(entry);
        zip.write(1);
      }
    }
    byte[] bytes = out.toByteArray();
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    for (int at = text.indexOf("PK\1\2"); at >= 0; at = text.indexOf("PK\1\2", at + 1)) {
      bytes[at + 9] |= 0x08;
    }
    return bytes;
  }

  private boolean isRefused(String name, byte[] bytes, String what) throws IOException {
    Path file = dir.resolve(name);
    // Neither emptied nor removed in between, which would mean to wait for the disk.
    try (FileChannel out =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      out.write(ByteBuffer.wrap(bytes));
      out.truncate(bytes.length);
    }
    try (StoredStateDict state = StateDictFile.read(file)) {
      state.tensors().values().forEach(StoredTensor::data);
      return false;
    } catch (WeightsException e) {
      assertThat(e).hasMessageContaining(file.toString());
      return true;
    } catch (RuntimeException | Error e) {
      return fail(name + ", " + what, e);
    }
  }
}
