package dev.graft.predict;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One image on its way through the predictor. */
final class Call {
  final ImageSource source;
  final CompletableFuture<Outputs> answer = new CompletableFuture<>();
  final long submitted = System.nanoTime();
  private final @Nullable Duration deadline;
  long taken;
  long decoded;

  private boolean ended;

  Call(ImageSource source, @Nullable Duration deadline) {
    this.source = Objects.requireNonNull(source, "image");
    this.deadline = deadline;
  }

  /** Whether nobody waits for the answer any more; says so to who does, if the time is up. */
  boolean isOver() {
    if (deadline != null && left(deadline) == 0) {
      answer.completeExceptionally(new DeadlineExceededException(deadline));
    }
    return answer.isDone();
  }

  /** Nanoseconds that are left of a time that began with the call, 0 once it is over. */
  long left(Duration time) {
    long whole = Math.max(0, TimeUnit.NANOSECONDS.convert(time)); // at most the largest long
    return Math.max(0, whole - (System.nanoTime() - submitted));
  }

  @Nullable Duration deadline() {
    return deadline;
  }

  /** True the first time: a call is answered, fails or expires once. */
  boolean end() {
    boolean first = !ended;
    ended = true;
    return first;
  }
}
