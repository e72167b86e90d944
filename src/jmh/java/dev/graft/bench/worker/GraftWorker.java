package dev.graft.bench.worker;

import dev.graft.torch.NativeRuntime;
import java.io.IOException;
import java.util.Map;

/** The worker that holds graft, and the raw presets below it. */
final class GraftWorker {
  private GraftWorker() {}

  public static void main(String[] args) throws IOException {
    NativeRuntime.load();
    new WorkerLoop(GraftWorker::open, GraftWorker::facts).serve();
  }

  private static Workload open(Spec spec) {
    return switch (spec.text("workload")) {
      case "model" -> new ModelWriting(spec);
      case "step" -> new GraftStep(spec);
      case "step-presets" -> new PresetsStep(spec);
      case "forward" -> new GraftForward(spec);
      case "forward-presets" -> new PresetsForward(spec);
      case "predict" -> new GraftPredict(spec);
      case "epoch" -> new GraftEpoch(spec);
      case "decode" -> new GraftDecode(spec);
      case "loader" -> new GraftLoader(spec);
      default -> throw new UnsupportedOperationException("graft has no " + spec.text("workload"));
    };
  }

  private static Map<String, Object> facts() {
    NativeRuntime.Info info = NativeRuntime.info();
    return Map.of(
        "java", System.getProperty("java.vm.name") + " " + System.getProperty("java.version"),
        "libtorch", info.pytorch(),
        "javacpp", info.javacpp(),
        "instructions", info.cpu(),
        "threads", info.threads(),
        "OMP_WAIT_POLICY", info.waitPolicy());
  }
}
