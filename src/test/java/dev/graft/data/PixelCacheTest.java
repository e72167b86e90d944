package dev.graft.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.image.DecodedImages.Pixels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PixelCacheTest {
  private static final long PLENTY = 1L << 40;

  @TempDir Path dir;

  private PixelCache open(String kind, long limit) throws IOException {
    return kind.equals("memory")
        ? PixelCache.memory(limit)
        : PixelCache.disk(dir.resolve("made/for/it"), limit);
  }

  private static Path file(int i) {
    return Path.of("images", i + ".jpg");
  }

  /** Pixels of an image that follow from its number, in a buffer that is longer than they are. */
  private static byte[] pixels(int i, int width, int height) {
    byte[] pixels = new byte[3 * width * height + 5];
    new Random(i).nextBytes(pixels);
    return pixels;
  }

  private static void assertKept(PixelCache cache, int i, int width, int height) {
    Pixels found = cache.find(file(i));
    assertThat(found).as("image " + i).isNotNull();
    assertThat(found.width()).isEqualTo(width);
    assertThat(found.height()).isEqualTo(height);
    byte[] copy = new byte[3 * width * height];
    found.copyTo(copy, copy.length);
    assertThat(Arrays.equals(copy, Arrays.copyOf(pixels(i, width, height), copy.length))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"memory", "disk"})
  void givesBackWhatItWasGiven_smallAndLarge(String kind) throws IOException {
    try (PixelCache cache = open(kind, PLENTY)) {
      for (int i = 0; i < 40; i++) {
        cache.put(file(i), 1000 + i, 700, pixels(i, 1000 + i, 700)); // 84 MB, more than a slab
      }
      cache.put(file(40), 3000, 1000, pixels(40, 3000, 1000)); // has a slab of its own
      cache.put(file(41), 1, 1, pixels(41, 1, 1));
      for (int i = 0; i < 40; i++) {
        assertKept(cache, i, 1000 + i, 700);
      }
      assertKept(cache, 40, 3000, 1000);
      assertKept(cache, 41, 1, 1);
      assertThat(cache.size()).isEqualTo(42);
      assertThat(cache.bytes()).isEqualTo(3 * (40 * 1000 * 700L + 780 * 700 + 3000 * 1000 + 1));
      assertThat(cache.find(file(42))).isNull();
      assertThat(cache.problem()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"memory", "disk"})
  void keepsUntilTheLimitAndNoMore(String kind) throws IOException {
    try (PixelCache cache = open(kind, 3 * 10 * 10 * 4 + 299)) {
      for (int i = 0; i < 9; i++) {
        cache.put(file(i), 10, 10, pixels(i, 10, 10));
      }
      assertThat(cache.size()).isEqualTo(4);
      for (int i = 0; i < 4; i++) {
        assertKept(cache, i, 10, 10);
      }
      assertThat(cache.find(file(4))).isNull();
      assertThat(cache.problem()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"memory", "disk"})
  void isFilledAndReadByManyThreadsAtOnce(String kind) throws Exception {
    var threads = Executors.newFixedThreadPool(8);
    try (PixelCache cache = open(kind, PLENTY)) {
      List<Callable<Object>> work = new ArrayList<>();
      for (int i = 0; i < 400; i++) {
        int image = i / 2; // each is put twice
        work.add(
            () -> {
              cache.put(file(image), 20 + image, 300, pixels(image, 20 + image, 300));
              assertKept(cache, image, 20 + image, 300);
              return image;
            });
      }
      for (Future<Object> done : threads.invokeAll(work)) {
        done.get();
      }
      for (int i = 0; i < 200; i++) {
        assertKept(cache, i, 20 + i, 300);
      }
      assertThat(cache.size()).isEqualTo(200);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void itsFileHasNoName_soThatNothingIsLeftWhenTheProcessIsKilled() throws IOException {
    Assumptions.assumeFalse(System.getProperty("os.name").startsWith("Windows"));
    try (PixelCache cache = open("disk", PLENTY)) {
      cache.put(file(0), 10, 10, pixels(0, 10, 10));
      assertKept(cache, 0, 10, 10);
      try (var files = Files.walk(dir)) {
        assertThat(files.filter(Files::isRegularFile)).isEmpty();
      }
    }
  }

  @Test
  void aFolderThatCannotBeMadeIsAnIoException() throws IOException {
    Path inTheWay = Files.createFile(dir.resolve("made"));
    assertThatThrownBy(() -> open("disk", PLENTY)).isInstanceOf(IOException.class);
    assertThat(inTheWay).isRegularFile();
  }

  @Test
  void whatCannotBeWrittenIsNotKept_andTheReasonIsKnown() {
    try (PixelCache cache = new PixelCache(failing(new IOException("disk on fire")), PLENTY)) {
      cache.put(file(0), 10, 10, pixels(0, 10, 10));
      cache.put(file(1), 10, 10, pixels(1, 10, 10));
      assertThat(cache.size()).isZero();
      assertThat(cache.find(file(0))).isNull();
      assertThat(cache.problem()).hasValue("disk on fire");
    }
  }

  private static Slab.Maker failing(IOException reason) {
    return new Slab.Maker() {
      @Override
      public Slab make(int bytes) {
        return new Slab() {
          @Override
          public void write(int at, byte[] from, int length) throws IOException {
            throw reason;
          }

          @Override
          public void read(int at, byte[] into, int length) {
            throw new AssertionError("nothing was written");
          }
        };
      }

      @Override
      public void close() {}
    };
  }

  @Test
  void memoryThatIsNotThereIsTheEndOfTheCacheAlone() {
    Slab.Maker maker =
        new Slab.Maker() {
          @Override
          public Slab make(int bytes) {
            throw new OutOfMemoryError("Cannot reserve " + bytes + " bytes");
          }

          @Override
          public void close() {}
        };
    try (PixelCache cache = new PixelCache(maker, PLENTY)) {
      cache.put(file(0), 10, 10, pixels(0, 10, 10));
      assertThat(cache.size()).isZero();
      assertThat(cache.problem()).hasValue("Cannot reserve 67108864 bytes");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"memory", "disk"})
  void closedItKnowsNothing_twiceIsHarmless(String kind) throws IOException {
    PixelCache cache = open(kind, PLENTY);
    cache.put(file(0), 10, 10, pixels(0, 10, 10));
    cache.close();
    cache.close();
    cache.put(file(1), 10, 10, pixels(1, 10, 10));
    assertThat(cache.find(file(0))).isNull();
    assertThat(cache.find(file(1))).isNull();
  }

  @Test
  void roomIsNoMoreThanTheJvmGives() {
    long given = CacheRoom.memory(Long.MAX_VALUE, 0, 1); // the heap's maximum, where nothing is set
    assertThat(given).isBetween(1L, Runtime.getRuntime().maxMemory());
    assertThat(CacheRoom.memory(null, 0, 1)).isBetween(1L, Runtime.getRuntime().maxMemory());
    assertThat(CacheRoom.memory(1000L, 0, 1)).isEqualTo(1000);
    assertThat(CacheRoom.memory(1000L, 0, 4)).isEqualTo(250);
    assertThat(CacheRoom.memory(Long.MAX_VALUE, 1 << 20, 1)).isLessThan(given);
    assertThat(CacheRoom.memory(null, Long.MAX_VALUE / 2, 1)).isZero();
  }

  @Test
  void roomOnDiskIsHalfOfWhatIsFree() throws IOException {
    long free = Files.getFileStore(dir).getUsableSpace();
    assertThat(CacheRoom.disk(dir.resolve("not/there/yet"), null, 1)).isBetween(free / 4, free);
  }
}
