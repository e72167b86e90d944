package dev.graft.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Random;
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
