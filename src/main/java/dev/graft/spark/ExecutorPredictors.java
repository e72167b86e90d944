package dev.graft.spark;

import static java.lang.System.Logger.Level.WARNING;

import dev.graft.predict.Predictor;
import java.nio.file.Path;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/**
 * The predictors of this process: one for all tasks that use the same model in the same way, so
 * that they share its batches. One that no task has used for a minute or two is closed. They are
 * closed before the process ends too, as libtorch must not be unloaded under threads that compute.
 */
final class ExecutorPredictors {
  private static final System.Logger LOG = System.getLogger(ExecutorPredictors.class.getName());
  private static final SharedResources<PredictorSettings, Predictor> PREDICTORS =
      new SharedResources<>(TimeUnit.MINUTES.toNanos(1), System::nanoTime);

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(PREDICTORS::close, "graft-predictors-close"));
    long minute = TimeUnit.MINUTES.toMillis(1);
    new Timer("graft-predictors-sweep", true).schedule(new Sweep(), minute, minute);
  }

  private ExecutorPredictors() {}

  private static final class Sweep extends TimerTask {
    @Override
    public void run() {
      try {
        PREDICTORS.sweep();
      } catch (RuntimeException e) { // would be the last sweep
        LOG.log(WARNING, "An unused model could not be closed.", e);
      }
    }
  }

  /** Leases the predictor, loading it from a copy of the file if this process has it not yet. */
  static SharedResources<PredictorSettings, Predictor>.Lease lease(
      PredictorSettings settings, ModelFile file) {
    return PREDICTORS.lease(
        settings, missing -> file.load(missing.digest(), copy -> load(copy, missing)));
  }

  /**
   * Loads in a thread that no task's end interrupts: an interrupt while libtorch is unpacked would
   * leave its classes broken for as long as the process lives.
   */
  private static Predictor load(Path copy, PredictorSettings settings) {
    try {
      return CompletableFuture.supplyAsync(
              () -> Predictor.load(copy, settings.config()), ExecutorPredictors::start)
          .join(); // which an interrupt does not end
    } catch (CompletionException e) {
      if (e.getCause() instanceof VirtualMachineError error) {
        throw Failure.noMemory("to load the model", error);
      }
      throw e.getCause() instanceof RuntimeException problem ? problem : e;
    }
  }

  private static void start(Runnable work) {
    var thread = new Thread(work, "graft-predictor-load");
    thread.setDaemon(true);
    thread.start();
  }
}
