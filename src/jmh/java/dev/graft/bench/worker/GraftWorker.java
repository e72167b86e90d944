package dev.graft.bench.worker;

import dev.graft.bench.calls.GraftCalls;
import dev.graft.bench.calls.NetworkCalls;
import dev.graft.bench.calls.PresetsCalls;
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
      case "step" -> new StepWorkload(graft(spec));
      case "step-presets" -> new StepWorkload(presets(spec));
      case "forward" -> new ForwardWorkload(graft(spec));
      case "forward-presets" -> new ForwardWorkload(presets(spec));
      case "predict" -> new GraftPredict(spec);
      case "epoch" -> new GraftEpoch(spec);
      case "decode" -> new GraftDecode(spec);
      case "loader" -> new GraftLoader(spec);
      case "images" -> new GraftImages(spec);
      case "service" -> new GraftService(spec);
      default -> throw new UnsupportedOperationException("graft has no " + spec.text("workload"));
    };
  }

  static NetworkCalls graft(Spec spec) {
    return new GraftCalls(spec.path("model"), spec.precision(), spec.input(), spec.number("batch"));
  }

  private static NetworkCalls presets(Spec spec) {
    return new PresetsCalls(
        spec.path("model"), spec.precision(), spec.input(), spec.number("batch"));
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
