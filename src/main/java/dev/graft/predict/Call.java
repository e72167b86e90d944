package dev.graft.predict;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One image on its way through the predictor. */
final class Call {
  final ImageSource source;
  final CompletableFuture<Outputs> answer = new CompletableFuture<>();
  final long submitted = System.nanoTime();
  private final @Nullable Duration deadline;
  long taken;
  long decoded;

  /** Whether the listener knows what became of it, which a worker tells once. */
  boolean told;

  Call(ImageSource source, @Nullable Duration deadline) {
    this.source = source;
    this.deadline = deadline;
  }

  /** Whether nobody waits for the answer any more; says so to who does, if the time is up. */
  boolean isOver() {
    if (deadline != null && System.nanoTime() - submitted > deadline.toNanos()) {
      answer.completeExceptionally(new DeadlineExceededException(deadline));
    }
    return answer.isDone();
  }

  @Nullable Duration deadline() {
    return deadline;
  }
}
