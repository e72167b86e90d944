package dev.graft.bench.worker;

import java.io.IOException;
import java.util.Map;

/** The worker that sends requests to a service. It holds neither graft nor libtorch. */
final class LoadWorker {
  private LoadWorker() {}

  public static void main(String[] args) throws IOException {
    new WorkerLoop(LoadWorker::open, Map::of).serve();
  }

  private static Workload open(Spec spec) {
    return switch (spec.text("workload")) {
      case "closed-loop" -> new ClosedLoop(spec);
      case "overload" -> new Overload(spec);
      default ->
          throw new UnsupportedOperationException(
              "The load generator has no " + spec.text("workload"));
    };
  }
}
