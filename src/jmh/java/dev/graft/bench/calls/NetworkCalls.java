package dev.graft.bench.calls;

/** A classifier with fixed images and labels, in native memory. Used by one thread. */
public interface NetworkCalls extends AutoCloseable {
  /** Switches to training mode. */
  void train();

  /** Switches to evaluation mode. */
  void eval();

  /** Forward, loss, backward and a step of SGD, in training mode; returns the loss's size, 1. */
  long step();

  /** A forward pass without gradients, in evaluation mode; returns the number of logits. */
  long infer();

  /** The logits in evaluation mode, which it switches to. */
  float[] logits();

  @Override
  void close();
}
