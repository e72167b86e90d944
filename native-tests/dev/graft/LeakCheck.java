package dev.graft;

import java.util.List;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import org.bytedeco.javacpp.tools.NativeAllocationTracer;
import org.bytedeco.javacpp.tools.NativeAllocationTracer.Site;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails every native test class that leaves a native object open, or one for the garbage collector
 * to rescue. Registered for all test classes through {@code META-INF/services}.
 */
public final class LeakCheck implements AfterAllCallback {
  @Override
  public void afterAll(ExtensionContext context) throws InterruptedException {
    if (context.getRequiredTestClass().getSimpleName().endsWith("NativeTest")) {
      check();
    }
  }

  /** Collects garbage, then asks the allocation tracer. */
  public static void check() throws InterruptedException {
    for (int i = 0; i < 3; i++) {
      System.gc();
      Thread.sleep(50); // JavaCPP's deallocator thread runs behind the collector
    }
    report("rescued by the garbage collector", Site::getCollectedCounts);
    report("left open", Site::getLiveCounts);
  }

  /** The presets' own static constants live as long as the JVM. */
  private static boolean isConstant(Site site) {
    return site.getLocation().getClassName().startsWith("org.bytedeco.")
        && site.getLocation().getMethodName().equals("<clinit>");
  }

  private static void report(String problem, ToLongFunction<Site> count) {
    List<Site> sites =
        NativeAllocationTracer.getSites().stream()
            .filter(site -> count.applyAsLong(site) > 0 && !isConstant(site))
            .toList();
    if (!sites.isEmpty()) {
      throw new AssertionError(
          "Native objects "
              + problem
              + ":\n"
              + sites.stream().map(Site::toString).collect(Collectors.joining("\n")));
    }
  }
}
