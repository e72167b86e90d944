package dev.graft.spark;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * Gives the results of asynchronous work in the order of its inputs, with so many inputs under way
 * that who computes is never idle, and so few that they fit in memory. Inputs are taken from their
 * iterator, and results made, in the thread that asks for results. One thread uses it.
 *
 * @param <I> an input
 * @param <T> what the work gives
 * @param <O> a result
 */
final class OrderedWindow<I, T, O> implements Iterator<O>, AutoCloseable {
  /** What is done with each input. */
  interface Work<I, T, O> {
    /** Begins it. */
    Begun<T> begin(I input);

    /** Makes the result of what is done, whether well or not. */
    O end(I input, CompletableFuture<T> done);
  }

  /**
   * Work under way.
   *
   * @param done cancelled where nobody waits for it any more
   * @param weight what it takes of the window, such as bytes of memory
   */
  record Begun<T>(CompletableFuture<T> done, long weight) {}

  /**
   * How much may be under way.
   *
   * @param inputs how many, at least 1
   * @param weight no more is begun once they weigh so much together, at least 1
   */
  record Limits(int inputs, long weight) {
    Limits {
      if (inputs < 1 || weight < 1) {
        throw new IllegalArgumentException("No window: " + inputs + " inputs, weight " + weight);
      }
    }
  }

  private record Pending<I, T>(I input, Begun<T> begun) {}

  private final Iterator<I> inputs;
  private final Work<I, T, O> work;
  private final Limits limits;
  private final ArrayDeque<Pending<I, T>> pending = new ArrayDeque<>();
  private long weight;

  OrderedWindow(Iterator<I> inputs, Work<I, T, O> work, Limits limits) {
    this.inputs = inputs;
    this.work = work;
    this.limits = limits;
  }

  @Override
  public boolean hasNext() {
    return !pending.isEmpty() || inputs.hasNext();
  }

  /**
   * Waits for the next result.
   *
   * @throws NoSuchElementException if there is none
   * @throws CancellationException if the thread is interrupted
   */
  @Override
  public O next() {
    fill();
    Pending<I, T> first = pending.remove();
    weight -= first.begun.weight;
    await(first.begun.done);
    return work.end(first.input, first.begun.done);
  }

  private void fill() {
    while (pending.size() < limits.inputs && weight < limits.weight && inputs.hasNext()) {
      I input = inputs.next();
      Begun<T> begun = work.begin(input);
      pending.add(new Pending<>(input, begun));
      weight += begun.weight;
    }
  }

  private static void await(CompletableFuture<?> done) {
    try {
      done.get();
    } catch (InterruptedException e) {
      done.cancel(false);
      Thread.currentThread().interrupt();
      throw new CancellationException("Interrupted while waiting for an answer.");
    } catch (ExecutionException | CancellationException e) {
      return; // the result is made of that too
    }
  }

  /** Takes back what is under way. */
  @Override
  public void close() {
    pending.forEach(p -> p.begun.done.cancel(false));
    pending.clear();
  }
}
