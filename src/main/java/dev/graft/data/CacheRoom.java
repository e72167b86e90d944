package dev.graft.data;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** How much a {@link PixelCache} may take without being in the way of anything else. */
public final class CacheRoom {
  private static final Path MEMINFO = Path.of("/proc/meminfo");

  /** What Java itself takes outside its heap to read and write files. */
  private static final long SLACK = 64 << 20;

  private CacheRoom() {}

  /**
   * A share of half of the memory that is available, or of what is asked for; no more than the JVM
   * gives out outside its heap.
   *
   * @param asked bytes, or null
   * @param needed bytes outside the heap that others will ask for
   * @param sharers how many processes of this machine take a share, 1 or more
   * @return bytes, 0 or more
   */
  public static long memory(@Nullable Long asked, long needed, int sharers) {
    System.gc(); // only that gives back what earlier caches of this process had
    long wanted = (asked == null ? available() / 2 : asked) / sharers;
    return Math.max(0, Math.min(wanted, direct() - needed - SLACK));
  }

  /**
   * A share of half of what is free on a disk, or of what is asked for if that is less.
   *
   * @param folder need not exist
   * @param asked bytes, or null
   * @param sharers how many processes take a share, 1 or more
   * @return bytes
   * @throws IOException if the system does not say
   */
  public static long disk(Path folder, @Nullable Long asked, int sharers) throws IOException {
    Path there = folder.toAbsolutePath();
    while (Files.notExists(there) && there.getParent() != null) {
      there = there.getParent();
    }
    long room = Files.getFileStore(there).getUsableSpace() / 2;
    return (asked == null ? room : Math.min(asked, room)) / sharers;
  }

  /** What Linux would give without swapping; elsewhere half of the memory is taken for free. */
  private static long available() {
    // Knows the limit of a container, which /proc does not.
    var system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    long total = system.getTotalMemorySize();
    try {
      long available = meminfo("MemAvailable:");
      boolean limited = total < meminfo("MemTotal:");
      return limited ? Math.min(available, system.getFreeMemorySize()) : available;
    } catch (IOException | NoSuchElementException e) {
      return total / 2;
    }
  }

  private static long meminfo(String name) throws IOException {
    try (var lines = Files.lines(MEMINFO)) {
      return lines
          .filter(line -> line.startsWith(name))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
          .findFirst()
          .orElseThrow();
    }
  }

  /** What is left of -XX:MaxDirectMemorySize, which is -Xmx where it is not set. */
  private static long direct() {
    var hotspot = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
    long limit = Long.parseLong(hotspot.getVMOption("MaxDirectMemorySize").getValue());
    long used =
        ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .filter(pool -> pool.getName().equals("direct"))
            .mapToLong(BufferPoolMXBean::getMemoryUsed)
            .sum();
    return (limit == 0 ? Runtime.getRuntime().maxMemory() : limit) - used;
  }
}
