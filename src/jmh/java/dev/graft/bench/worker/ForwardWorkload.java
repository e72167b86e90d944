package dev.graft.bench.worker;

import dev.graft.bench.calls.NetworkCalls;

/**
 * Forward passes without gradients on fixed images.
 *
 * @param calls the network
 */
record ForwardWorkload(NetworkCalls calls) implements Workload {
  @Override
  public void prepare() {
    calls.eval();
  }

  @Override
  public void once() {
    calls.infer();
  }

  @Override
  public float[] answer() {
    return calls.logits();
  }

  @Override
  public void close() {
    calls.close();
  }
}
