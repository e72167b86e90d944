package dev.graft.data;

import dev.graft.data.FileCheck.Decoder;
import dev.graft.data.FileCheck.Outcome;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One check of a list of files by some threads, which take the next file when they are free. */
final class CheckRun {
  private final List<Path> files;
  private final BooleanSupplier stop;
  private final Supplier<Decoder> decoders;
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicReferenceArray<@Nullable Outcome> outcomes;
  private final AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();

  CheckRun(List<Path> files, BooleanSupplier stop, Supplier<Decoder> decoders) {
    this.files = files;
    this.stop = stop;
    this.decoders = decoders;
    this.outcomes = new AtomicReferenceArray<>(files.size());
  }

  /** Returns one outcome a file, in order; no thread is left when it returns or throws. */
  List<Outcome> run(int threads) {
    int count = Math.min(threads, files.size());
    WorkerThreads running = new WorkerThreads("graft-data-check", count, () -> this::work);
    running.start();
    running.join(() -> fail(new CancellationException("Interrupted while checking the data.")));
    RuntimeException failed = failure.get();
    if (failed != null) {
      throw failed;
    }
    List<Outcome> all = new ArrayList<>();
    for (int i = 0; i < files.size(); i++) {
      Outcome outcome = outcomes.get(i);
      if (outcome == null) {
        throw new IllegalStateException("Not checked: " + files.get(i));
      }
      all.add(outcome);
    }
    return all;
  }

  /** Anything but an unreadable image, an Error too, ends the run and is its caller's to hear. */
  private void work() {
    int index = 0;
    try (FileCheck check = new FileCheck(decoders.get())) {
      for (index = next.getAndIncrement(); index < files.size(); index = next.getAndIncrement()) {
        if (failure.get() != null) {
          return;
        }
        if (stop.getAsBoolean()) {
          fail(new CancellationException("The check of the data was stopped."));
          return;
        }
        outcomes.set(index, check.check(files.get(index)));
      }
    } catch (Throwable e) {
      Path file = files.get(Math.min(index, files.size() - 1));
      fail(new DataException("Cannot check " + file + ": " + e, e));
    }
  }

  private void fail(RuntimeException reason) {
    failure.compareAndSet(null, reason);
  }
}
