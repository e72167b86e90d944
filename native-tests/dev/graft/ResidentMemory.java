package dev.graft;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Assumptions;

/** What a test JVM, whose heap is fixed and pre-touched, holds of the machine's memory. */
public final class ResidentMemory {
  private static final Path STATUS = Path.of("/proc/self/status");

  private ResidentMemory() {}

  public static void assumeMeasurable() {
    Assumptions.assumeTrue(Files.exists(STATUS), "Skipped: needs /proc.");
  }

  /** What is resident once the allocator has given back the pages that it holds for later. */
  public static long kiB() {
    Pointer.trimMemory();
    return field("VmRSS:");
  }

  /** The most that was resident since {@link #forgetPeak}. */
  public static long peakKiB() {
    return field("VmHWM:");
  }

  public static void forgetPeak() throws IOException {
    Files.writeString(Path.of("/proc/self/clear_refs"), "5");
  }

  private static long field(String name) {
    try {
      return Files.readAllLines(STATUS).stream()
          .filter(line -> line.startsWith(name))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
