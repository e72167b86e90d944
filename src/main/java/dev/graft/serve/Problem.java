package dev.graft.serve;

import dev.graft.image.ImageException;
import dev.graft.predict.DeadlineExceededException;
import dev.graft.predict.OverloadedException;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** A request that is not answered: an HTTP status, and why, in a sentence for the client. */
final class Problem extends RuntimeException {
  static final int BAD_REQUEST = 400;
  static final int UNAUTHORIZED = 401;
  static final int FORBIDDEN = 403;
  static final int NOT_FOUND = 404;
  static final int TOO_SLOW = 408;
  static final int TOO_LARGE = 413;
  static final int UNSUPPORTED_TYPE = 415;
  static final int INTERNAL = 500;
  static final int UNAVAILABLE = 503;
  static final int TIMEOUT = 504;

  private static final long serialVersionUID = 1L;

  private final int status;

  Problem(int status, String message) {
    this(status, message, null);
  }

  private Problem(int status, String message, @Nullable Throwable cause) {
    super(message, cause, false, false); // a stack trace would cost more than refusing does
    this.status = status;
  }

  int status() {
    return status;
  }

  /** What to tell a client of anything that went wrong; of an unforeseen error no details. */
  static Problem of(Throwable error) {
    Throwable cause = error;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    String message = String.valueOf(cause.getMessage());
    if (cause instanceof Problem problem) {
      return problem;
    } else if (cause instanceof ImageException image) {
      return new Problem(status(image.kind()), message, cause);
    } else if (cause instanceof OverloadedException) {
      return new Problem(UNAVAILABLE, message, cause);
    } else if (cause instanceof DeadlineExceededException) {
      return new Problem(TIMEOUT, message, cause);
    }
    return new Problem(INTERNAL, "The server failed; its log says why.", cause);
  }

  private static int status(ImageException.Kind kind) {
    return switch (kind) {
      case UNKNOWN_FORMAT -> UNSUPPORTED_TYPE;
      case TOO_LARGE -> TOO_LARGE;
      case DAMAGED -> BAD_REQUEST;
      case UNREADABLE -> INTERNAL;
    };
  }
}
