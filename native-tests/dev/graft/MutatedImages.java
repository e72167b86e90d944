package dev.graft;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.IntConsumer;
import java.util.zip.CRC32;

/** Damaged versions of images of every format, each a function of a seed and its number. */
public final class MutatedImages {
  private static final String GOLDEN = "/dev/graft/image/golden/";

  private final long seed;
  private final List<String> names;
  private final List<byte[]> originals;

  /** What answers for images. */
  public interface Target {
    /**
     * Asks for an answer.
     *
     * @return how it ended, such as "answered" or the kind of the refusal
     * @throws Exception if it ended as it must not
     */
    String send(byte[] image, String name) throws Exception;
  }

  public MutatedImages(long seed) {
    this.seed = seed;
    names =
        new String(original("index.tsv"), StandardCharsets.UTF_8)
            .lines()
            .filter(line -> !line.startsWith("#"))
            .map(line -> line.substring(0, line.indexOf('\t')))
            .toList();
    originals = names.stream().map(MutatedImages::original).toList();
  }

  /** An image of the tests of decoding, or another file beside them. */
  public static byte[] original(String name) {
    try (InputStream in = MutatedImages.class.getResourceAsStream(GOLDEN + name)) {
      if (in == null) {
        throw new IllegalStateException("No golden file " + name);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Sends mutations 0 to {@code count - 1}, and counts how they ended. One that must not have ended
   * so is written to a file, which the error names.
   *
   * @param next is told the number of each before it is sent
   */
  public Map<String, Integer> send(int count, Path offending, IntConsumer next, Target target) {
    var outcomes = new TreeMap<String, Integer>();
    for (int number = 0; number < count; number++) {
      next.accept(number);
      byte[] image = image(number);
      try {
        outcomes.merge(target.send(image, name(number)), 1, Integer::sum);
      } catch (Exception | Error e) {
        throw new AssertionError(
            "Seed %d, mutation %d, kept as %s: %s"
                .formatted(seed, number, keep(number, offending), e),
            e);
      }
    }
    return outcomes;
  }

  /** Writes a mutation to a folder, to look into it. */
  public Path keep(int number, Path folder) {
    try {
      Files.createDirectories(folder);
      return Files.write(folder.resolve(name(number)), image(number));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public String name(int number) {
    return "seed-%d-%d-%s".formatted(seed, number, names.get(original(number)));
  }

  private int original(int number) {
    return number % names.size();
  }

  /** Mutation {@code number}: one to three kinds of damage to one of the originals. */
  public byte[] image(int number) {
    var random = new SplittableRandom(seed * 1_000_003 + number);
    byte[] image = originals.get(original(number)).clone();
    int most = random.nextInt(3) == 0 ? 3 : 1; // little damage gets far
    for (int damage = random.nextInt(1, most + 1); damage > 0; damage--) {
      image = damage(image, random);
    }
    if (random.nextBoolean()) {
      reseal(image);
    }
    return image;
  }

  private byte[] damage(byte[] image, SplittableRandom random) {
    if (image.length < 16) {
      return insert(image, random.nextInt(image.length + 1), noise(random, 16));
    }
    int at = random.nextInt(image.length);
    int to = Math.min(image.length, at + random.nextInt(1, 64));
    switch (random.nextInt(8)) {
      case 0 -> flip(image, random, image.length);
      case 1 -> flip(image, random, Math.min(image.length, 128));
      case 2 -> image = Arrays.copyOf(image, at);
      case 3 -> image = insert(image, at, noise(random, random.nextInt(1, 64)));
      case 4 ->
          image = insert(image, random.nextInt(image.length), Arrays.copyOfRange(image, at, to));
      case 5 ->
          image = insert(Arrays.copyOf(image, at), at, Arrays.copyOfRange(image, to, image.length));
      case 6 -> {
        byte[] other = originals.get(random.nextInt(originals.size()));
        int from = random.nextInt(other.length);
        image = insert(Arrays.copyOf(image, at), at, Arrays.copyOfRange(other, from, other.length));
      }
      default -> editHeader(image, random);
    }
    return image;
  }

  private static void flip(byte[] image, SplittableRandom random, int within) {
    for (int flips = random.nextInt(1, 9); flips > 0; flips--) {
      image[random.nextInt(within)] ^= (byte) (1 << random.nextInt(8));
    }
  }

  private static byte[] noise(SplittableRandom random, int length) {
    byte[] noise = new byte[length];
    random.nextBytes(noise);
    return noise;
  }

  private static byte[] insert(byte[] image, int at, byte[] more) {
    var out = new ByteArrayOutputStream();
    out.write(image, 0, at);
    out.writeBytes(more);
    out.write(image, at, image.length - at);
    return out.toByteArray();
  }

  private static void editHeader(byte[] image, SplittableRandom random) {
    List<HeaderFields.Field> fields = HeaderFields.of(image);
    if (fields.isEmpty()) {
      flip(image, random, image.length);
      return;
    }
    var field = fields.get(random.nextInt(fields.size()));
    long all = (1L << (8 * field.bytes())) - 1;
    long[] values = {0, 1, 2, all, all / 2, all / 2 + 1, all - 1, 4000, 30_000, random.nextLong()};
    long value = values[random.nextInt(values.length)];
    for (int i = 0; i < field.bytes(); i++) {
      int place = field.bigEndian() ? field.bytes() - 1 - i : i;
      image[field.at() + place] = (byte) (value >> (8 * i));
    }
  }

  /** Makes a PNG's checksums right again, so that damage reaches the decoder. */
  public static void reseal(byte[] data) {
    ByteBuffer png = ByteBuffer.wrap(data);
    if (data.length < 8 || png.getInt(0) != 0x89504e47) {
      return;
    }
    CRC32 crc = new CRC32();
    for (int at = 8; at + 12 <= data.length; ) {
      int length = png.getInt(at);
      if (length < 0 || length > data.length - at - 12) {
        return;
      }
      crc.reset();
      crc.update(data, at + 4, length + 4);
      png.putInt(at + 8 + length, (int) crc.getValue());
      at += 12 + length;
    }
  }
}
