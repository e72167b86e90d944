package dev.graft.bench.worker;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Asks for the answers to some batches: one caller on the worker's own thread, several at the same
 * time on threads of their own.
 */
final class Callers implements AutoCloseable {
  private final int batches;
  private final int callers;
  private final ExecutorService threads;

  Callers(Spec spec) {
    batches = spec.number("batches");
    callers = spec.number("callers");
    threads = Executors.newFixedThreadPool(callers);
  }

  /** Asks once for each batch and waits for all. */
  void call(Callable<float[]> question) {
    List<Callable<float[]>> questions = new ArrayList<>();
    for (int i = 0; i < batches; i++) {
      questions.add(question);
    }
    try {
      if (callers == 1) {
        for (var one : questions) {
          one.call();
        }
        return;
      }
      for (var answer : threads.invokeAll(questions)) {
        answer.get();
      }
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    threads.shutdown();
  }
}
