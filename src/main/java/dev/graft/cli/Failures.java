package dev.graft.cli;

import dev.graft.data.DataException;
import dev.graft.image.ImageException;
import dev.graft.model.ModelException;
import dev.graft.serve.ServerException;
import dev.graft.torch.Printable;
import dev.graft.train.RankException;
import dev.graft.train.RunException;
import dev.graft.weights.WeightsException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.concurrent.CancellationException;

/** Says what went wrong and chooses the exit code. */
final class Failures {
  static final int FAILED = 1;
  static final int BAD_INPUT = 2;

  private Failures() {}

  static int report(Throwable error, PrintStream err) {
    int code = code(error);
    String message = error.getMessage();
    String shown = message == null || message.isBlank() ? error.toString() : message;
    err.println("graft: " + Printable.message(shown));
    if (code == FAILED
        && !(error instanceof UncheckedIOException || error instanceof RankException)) {
      if (Boolean.getBoolean("graft.debug")) {
        error.printStackTrace(err);
      } else {
        err.println("(GRAFT_DEBUG=1 shows where)");
      }
    }
    return code;
  }

  private static int code(Throwable error) {
    if (error instanceof CancellationException) {
      return Interrupt.EXIT_CODE;
    }
    boolean badInput =
        error instanceof RunException
            || error instanceof DataException
            || error instanceof WeightsException
            || error instanceof ModelException
            || error instanceof ImageException
            || error instanceof ServerException
            || error instanceof IllegalArgumentException;
    return badInput ? BAD_INPUT : FAILED;
  }
}
