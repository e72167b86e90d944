package dev.graft.train;

import java.util.List;

/** Is told what happens during a run, on the training thread. */
@FunctionalInterface
public interface TrainingListener {
  /**
   * Receives the next event.
   *
   * @param event immutable
   */
  void on(TrainingEvent event);

  /**
   * Combines listeners.
   *
   * @param listeners told in this order
   * @return one listener
   */
  static TrainingListener all(TrainingListener... listeners) {
    List<TrainingListener> copy = List.of(listeners);
    return event -> copy.forEach(listener -> listener.on(event));
  }
}
