package dev.graft.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How a worker process is started.
 *
 * @param kind which worker
 * @param tuned whether with the variables of scripts/native.env
 * @param environment more variables, on top of an environment cleared of what tunes libraries
 * @param prefix a command to start it with, such as taskset
 * @param options of the JVM, after the usual ones
 * @param shared whether both sides of a row use one process
 */
record Launch(
    Kind kind,
    boolean tuned,
    Map<String, String> environment,
    List<String> prefix,
    List<String> options,
    boolean shared) {
  /** The kinds of workers. */
  enum Kind {
    GRAFT,
    DJL,
    PYTHON,
    LOAD
  }

  private static final List<String> TUNING =
      List.of("OMP_", "GOMP_", "KMP_", "OPENBLAS_", "MKL_", "ONEDNN_", "DNNL_", "ATEN_", "MALLOC_");

  /** A JVM with graft, in the environment that scripts/graft gives it. */
  static Launch graft() {
    return embedded().withGraftsEnvironment();
  }

  /** A JVM with graft as a service would start it, without any variable. */
  static Launch embedded() {
    return new Launch(Kind.GRAFT, false, Map.of(), List.of(), List.of(), false);
  }

  /** A JVM with DJL and its defaults. */
  static Launch djl() {
    return new Launch(Kind.DJL, false, Map.of(), List.of(), List.of(), false);
  }

  /** Python and its defaults. */
  static Launch python() {
    return new Launch(Kind.PYTHON, false, Map.of(), List.of(), List.of(), false);
  }

  /** A JVM that puts a service under load; a plain collector has the fewest threads. */
  static Launch load() {
    List<String> options = List.of("-XX:+UseSerialGC");
    return new Launch(Kind.LOAD, false, Map.of(), List.of(), options, false);
  }

  /** With OpenMP's threads sleeping, not spinning, while they wait. */
  Launch passive() {
    return new Launch(kind, tuned, Map.of("OMP_WAIT_POLICY", "passive"), prefix, options, shared);
  }

  /** With the variables that scripts/graft sets. */
  Launch withGraftsEnvironment() {
    return new Launch(kind, true, environment, prefix, options, shared);
  }

  /** On the first processor alone. */
  Launch onOneCore() {
    return new Launch(kind, tuned, environment, List.of("taskset", "-c", "0"), options, shared);
  }

  Launch options(String... more) {
    return new Launch(kind, tuned, environment, prefix, List.of(more), shared);
  }

  Launch share() {
    return new Launch(kind, tuned, environment, prefix, options, true);
  }

  ProcessBuilder process(Session session) {
    List<String> command = new ArrayList<>(prefix);
    switch (kind) {
      case GRAFT ->
          command.addAll(session.java("classpath", options, "dev.graft.bench.worker.GraftWorker"));
      case DJL ->
          command.addAll(
              session.java("djl-classpath", options, "dev.graft.bench.worker.DjlWorker"));
      case LOAD ->
          command.addAll(session.java("classpath", options, "dev.graft.bench.worker.LoadWorker"));
      case PYTHON -> command.addAll(List.of(session.python(), session.script("bench-peer.py")));
    }
    var process = new ProcessBuilder(command);
    clean(process.environment());
    if (tuned) {
      process.environment().putAll(session.nativeEnvironment());
    }
    process.environment().putAll(environment);
    if (kind == Kind.DJL) {
      process.environment().put("DJL_CACHE_DIR", session.folder().resolve("djl").toString());
      process.environment().put("OPT_OUT_TRACKING", "true");
    }
    return process;
  }

  /** Takes out of an environment what would tune one side behind the row's back. */
  static void clean(Map<String, String> environment) {
    environment.keySet().removeIf(name -> TUNING.stream().anyMatch(name::startsWith));
  }
}
