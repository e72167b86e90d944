package dev.graft.bench.worker;

import ai.djl.engine.Engine;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** The worker that holds DJL, on a class path without JavaCPP's libtorch. */
final class DjlWorker {
  private DjlWorker() {}

  public static void main(String[] args) throws IOException {
    new WorkerLoop(DjlWorker::open, DjlWorker::facts).serve();
  }

  private static Workload open(Spec spec) {
    if (!spec.text("workload").equals("predict")) {
      throw new UnsupportedOperationException("DJL's worker has no " + spec.text("workload"));
    }
    return new DjlPredict(spec);
  }

  private static Map<String, Object> facts() {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put(
        "java", System.getProperty("java.vm.name") + " " + System.getProperty("java.version"));
    facts.put("djl", String.valueOf(Engine.getDjlVersion()));
    facts.put("libtorch", String.valueOf(Engine.getInstance().getVersion()));
    facts.put("threads", ai.djl.pytorch.jni.JniUtils.getNumThreads());
    String policy = System.getenv("OMP_WAIT_POLICY");
    facts.put("OMP_WAIT_POLICY", policy == null ? "unset" : policy);
    return facts;
  }
}
