package dev.graft.spark;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How many processor cores an executor has for its tasks, from what Spark was told. */
final class ExecutorCores {
  /** All that the executor's machine, or container, has. */
  static final int ALL = 0;

  private static final Pattern LOCAL = Pattern.compile("local\\[(\\d+)(?:,\\s*\\d+)?]");
  private static final Pattern LOCAL_CLUSTER =
      Pattern.compile("local-cluster\\[\\s*\\d+\\s*,\\s*(\\d+)\\s*,\\s*\\d+\\s*]");

  private ExecutorCores() {}

  /**
   * Finds the number as <a href="https://spark.apache.org/docs/4.0.1/configuration.html">Spark's
   * configuration</a> defines it: {@code spark.executor.cores}, or without it 1 on YARN and
   * Kubernetes and all of a worker's elsewhere.
   *
   * @param master {@code spark.master}
   * @param asked {@code spark.executor.cores}, or null where it is not set
   * @return at least 1, or {@link #ALL}
   */
  static int of(String master, @Nullable String asked) {
    if (master.equals("local")) {
      return 1;
    }
    if (master.startsWith("local[")) { // the driver is the executor, whatever else is set
      Matcher local = LOCAL.matcher(master);
      return local.matches() ? Integer.parseInt(local.group(1)) : ALL;
    }
    if (asked != null && asked.strip().matches("[1-9]\\d{0,5}")) {
      return Integer.parseInt(asked.strip());
    }
    Matcher cluster = LOCAL_CLUSTER.matcher(master);
    if (cluster.matches()) {
      return Integer.parseInt(cluster.group(1));
    }
    return master.startsWith("yarn") || master.startsWith("k8s") ? 1 : ALL;
  }
}
