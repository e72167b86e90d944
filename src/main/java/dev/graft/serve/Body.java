package dev.graft.serve;

import io.javalin.http.Context;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Reads a request's body as it comes, within limits. No thread waits for it, so any number of slow
 * clients leaves the server's threads to the others.
 */
final class Body implements ReadListener {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int FIRST = 1 << 14;
  private static final int GROWTH = 4; // each step copies what is there

  private final long start = System.nanoTime();
  private final ServletInputStream in;
  private final long expected;
  private final int most;
  private final Admission.Permit permit;
  private final CompletableFuture<byte[]> whole = new CompletableFuture<>();
  private byte[] bytes;
  private int size;
  private @Nullable Rest rest;

  private Body(ServletInputStream in, long expected, int most, Admission.Permit permit) {
    this.in = in;
    this.expected = expected;
    this.most = most;
    this.permit = permit;
    this.bytes = new byte[(int) (expected < 0 ? FIRST : Math.min(FIRST, expected))];
  }

  /**
   * Reads a body, in a context that is asynchronous already.
   *
   * @param most bytes that it may have
   * @param permit is asked to hold what is read; who passes it closes it
   * @return the bytes, later; or a {@link Problem}, once the client has sent what it wanted to
   */
  static CompletableFuture<byte[]> read(Context context, int most, Admission.Permit permit) {
    try {
      permit.hold(FIRST);
      ServletInputStream in = Rest.take(context);
      var body = new Body(in, context.req().getContentLengthLong(), most, permit);
      in.setReadListener(body);
      return body.whole;
    } catch (IOException | Problem e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  @Override
  public void onDataAvailable() throws IOException {
    if (rest != null) {
      rest.onDataAvailable();
      return;
    }
    try {
      while (in.isReady()) {
        if (!readSome()) {
          return;
        }
        if (System.nanoTime() - start > PATIENCE.toNanos()) {
          throw new Problem(Problem.TOO_SLOW, "The request's body came too slowly.");
        }
      }
    } catch (Problem e) {
      refuse(e);
    }
  }

  /** Reads what is there, or finds that this was all. */
  private boolean readSome() throws IOException {
    if (size < bytes.length) {
      int read = in.read(bytes, size, bytes.length - size);
      size += Math.max(0, read);
      return read >= 0;
    }
    int next = in.read();
    if (next < 0) {
      return false;
    }
    if (size == most) {
      throw tooLarge(most);
    }
    long length = Math.min(expected < 0 ? most : Math.min(most, expected), (long) GROWTH * size);
    permit.hold(length);
    bytes = Arrays.copyOf(bytes, (int) Math.max(length, size + 1L));
    bytes[size++] = (byte) next;
    return true;
  }

  static Problem tooLarge(int most) {
    return new Problem(Problem.TOO_LARGE, "The request's body has more than " + most + " bytes.");
  }

  private void refuse(Problem why) throws IOException {
    permit.close();
    bytes = new byte[0];
    rest = new Rest(in, () -> whole.completeExceptionally(why));
    rest.onDataAvailable();
  }

  @Override
  public void onAllDataRead() {
    if (rest != null) {
      rest.onAllDataRead();
    } else if (size < expected) {
      whole.completeExceptionally(cutShort());
    } else {
      whole.complete(size == bytes.length ? bytes : Arrays.copyOf(bytes, size));
    }
  }

  @Override
  public void onError(Throwable error) {
    if (rest != null) {
      rest.onError(error);
    } else if (error instanceof TimeoutException) {
      whole.completeExceptionally(
          new Problem(Problem.TOO_SLOW, "The request's body did not come."));
    } else {
      whole.completeExceptionally(cutShort());
    }
  }

  private static Problem cutShort() {
    return new Problem(Problem.BAD_REQUEST, "The request's body ends before it should.");
  }
}
