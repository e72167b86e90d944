package dev.graft.bench.worker;

import dev.graft.bench.calls.NetworkCalls;

/**
 * Training steps on fixed images.
 *
 * @param calls the network
 */
record StepWorkload(NetworkCalls calls) implements Workload {
  @Override
  public void prepare() {
    calls.train();
  }

  @Override
  public void once() {
    calls.step();
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
