package dev.graft.serve;

import io.javalin.http.Context;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Reads the rest of a refused request and forgets it, without a thread that waits. A client that
 * still sends would not see the answer otherwise: the connection is closed under it.
 */
final class Rest implements ReadListener {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final long MOST_BYTES = 256L << 20;
  private static final String TAKEN = "graft.body.taken";

  private final long start = System.nanoTime();
  private final ServletInputStream in;
  private final Runnable then;
  private final byte[] chunk = new byte[1 << 14];
  private long skipped;
  private boolean ended;

  /**
   * Makes a reader.
   *
   * @param then is run once, when there is no more or was enough
   */
  Rest(ServletInputStream in, Runnable then) {
    this.in = in;
    this.then = then;
  }

  /** Gives a request's body to its only reader. */
  static ServletInputStream take(Context context) throws IOException {
    context.attribute(TAKEN, true);
    return context.req().getInputStream();
  }

  /** Whether a client may still be sending what nobody reads. */
  static boolean isSent(Context context) {
    boolean hasBody =
        context.req().getContentLengthLong() > 0 || context.header("Transfer-Encoding") != null;
    boolean waits = context.header("Expect") != null; // for a word before it sends
    return hasBody && !waits && context.attribute(TAKEN) == null;
  }

  /** Reads what is sent, in a context that is asynchronous already; never fails. */
  static CompletableFuture<@Nullable Void> skip(Context context) {
    try {
      ServletInputStream in = take(context);
      var done = new CompletableFuture<@Nullable Void>();
      in.setReadListener(new Rest(in, () -> done.complete(null)));
      return done;
    } catch (IOException | IllegalStateException gone) {
      return CompletableFuture.completedFuture(null);
    }
  }

  @Override
  public void onDataAvailable() throws IOException {
    while (!ended && in.isReady()) {
      int read = in.read(chunk);
      if (read < 0) {
        return; // onAllDataRead follows
      }
      skipped += read;
      if (skipped > MOST_BYTES || System.nanoTime() - start > PATIENCE.toNanos()) {
        end();
      }
    }
  }

  private void end() {
    if (!ended) {
      ended = true;
      then.run();
    }
  }

  @Override
  public void onAllDataRead() {
    end();
  }

  @Override
  public void onError(Throwable gone) {
    end();
  }
}
