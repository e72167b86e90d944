package dev.graft.bench.worker;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** How much of the processors' time this process takes from now on. */
final class ProcessorUse {
  static final String METRIC = "client_cpu_share";

  private final OperatingSystemMXBean system =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  private final long start = System.nanoTime();
  private final long used = system.getProcessCpuTime();

  double seconds() {
    return (System.nanoTime() - start) / 1e9;
  }

  /** The share of all processors' time since the beginning. */
  double share() {
    double total = seconds() * Runtime.getRuntime().availableProcessors();
    return (system.getProcessCpuTime() - used) / 1e9 / total;
  }
}
