package dev.graft.data;

import dev.graft.image.DecodedImages;
import dev.graft.torch.IoProblem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Decoded images, three bytes a pixel, kept outside the Java heap or in a file that nobody else
 * sees, until a limit is reached; the others are decoded whenever they are needed. {@link
 * DatasetCheck} fills it, {@link DataLoader}s read it. What is in a batch does not depend on it.
 *
 * <p>Safe for use by several threads. Whoever opened it closes it after the loaders.
 */
public final class PixelCache implements DecodedImages, AutoCloseable {
  private static final int SLAB_BYTES = 64 << 20;

  /** Larger images have a slab of their own, so that little of the others is wasted. */
  private static final int LARGE = SLAB_BYTES / 8;

  private final Slab.Maker slabs;
  private final long limit;
  private final Map<Path, Kept> images = new ConcurrentHashMap<>();
  private @Nullable Slab current;
  private int currentSize;
  private int currentUsed;
  private long reserved;
  private long bytes;
  private @Nullable String problem;
  private boolean full;

  /** Where an image lies. */
  private record Kept(Slab slab, int at, int width, int height) implements Pixels {
    @Override
    public void copyTo(byte[] into, int count) {
      slab.read(at, into, count);
    }
  }

  PixelCache(Slab.Maker slabs, long limit) {
    this.slabs = slabs;
    this.limit = limit;
  }

  /**
   * Keeps nothing.
   *
   * @return a cache that is full from the beginning
   */
  public static PixelCache off() {
    return new PixelCache(new Slab.Memory(), 0);
  }

  /**
   * Keeps images in memory outside the Java heap.
   *
   * @param limit bytes; {@link CacheRoom#memory} says how many are wise
   * @return an empty cache
   */
  public static PixelCache memory(long limit) {
    return new PixelCache(new Slab.Memory(), limit);
  }

  /**
   * Keeps images in a temporary file, which needs memory only as far as the system has some to
   * spare. The file goes with the process, however that ends, where the system can do that.
   *
   * @param folder where the file is; made if it is missing
   * @param limit bytes; {@link CacheRoom#disk} says how many are wise
   * @return an empty cache
   * @throws IOException if there can be no file
   */
  public static PixelCache disk(Path folder, long limit) throws IOException {
    return new PixelCache(new Slab.TemporaryFile(folder), limit);
  }

  /**
   * Keeps an image, if there is room and it is not there yet.
   *
   * @param file its path
   * @param width columns
   * @param height rows
   * @param pixels at least {@code 3 * width * height} bytes, which are copied
   */
  public void put(Path file, int width, int height, byte[] pixels) {
    int length = Math.multiplyExact(3, Math.multiplyExact(width, height));
    if (images.containsKey(file)) {
      return;
    }
    try {
      Kept place = reserve(length, width, height);
      if (place != null) {
        place.slab().write(place.at(), pixels, length);
        images.put(file, place);
        added(length);
      }
    } catch (IOException e) {
      stop(IoProblem.of(e));
    } catch (OutOfMemoryError e) {
      stop(String.valueOf(e.getMessage()));
    }
  }

  private synchronized @Nullable Kept reserve(int length, int width, int height)
      throws IOException {
    if (full) {
      return null;
    }
    Slab slab = current;
    if (length > LARGE) {
      boolean fits = length <= limit - reserved; // smaller ones may fit all the same
      return fits ? new Kept(make(length), 0, width, height) : null;
    }
    if (slab == null || currentSize - currentUsed < length) {
      if (!fits(length)) {
        return null;
      }
      currentSize = (int) Math.min(SLAB_BYTES, limit - reserved);
      currentUsed = 0;
      slab = make(currentSize);
      current = slab;
    }
    Kept place = new Kept(slab, currentUsed, width, height);
    currentUsed += length;
    return place;
  }

  private boolean fits(int length) {
    full = length > limit - reserved;
    return !full;
  }

  private Slab make(int size) throws IOException {
    Slab slab = slabs.make(size);
    reserved += size;
    return slab;
  }

  private synchronized void added(int length) {
    bytes += length;
  }

  private synchronized void stop(String reason) {
    full = true;
    if (problem == null) {
      problem = reason;
    }
  }

  @Override
  public @Nullable Pixels find(Path file) {
    return images.get(file);
  }

  /**
   * Returns how much it may take.
   *
   * @return bytes
   */
  public long limit() {
    return limit;
  }

  /**
   * Counts the images.
   *
   * @return 0 or more
   */
  public int size() {
    return images.size();
  }

  /**
   * The size of the images.
   *
   * @return bytes
   */
  public synchronized long bytes() {
    return bytes;
  }

  /**
   * Tells why no more images are kept, where it is not for the limit.
   *
   * @return a part of a sentence
   */
  public synchronized Optional<String> problem() {
    return Optional.ofNullable(problem);
  }

  /**
   * Forgets the images and removes the file. The garbage collector gives the memory, or the file's
   * room, back when it has found that nothing reads them any more. Twice is harmless.
   */
  @Override
  public void close() {
    synchronized (this) {
      full = true;
      current = null;
    }
    images.clear();
    try {
      slabs.close();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
