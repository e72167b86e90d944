package dev.graft.weights;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The body of an HTTP answer, fetched chunk by chunk by a thread that must not block for ever: a
 * stream of the JDK's client has no timeout.
 */
final class HubBody implements Flow.Subscriber<List<ByteBuffer>> {
  private final BlockingQueue<List<ByteBuffer>> chunks = new LinkedBlockingQueue<>();
  private volatile Flow.@Nullable Subscription subscription;
  private volatile @Nullable Throwable failure;
  private volatile boolean complete;

  @Override
  public void onSubscribe(Flow.Subscription newSubscription) {
    subscription = newSubscription;
    newSubscription.request(1);
  }

  @Override
  public void onNext(List<ByteBuffer> chunk) {
    chunks.add(chunk);
  }

  @Override
  public void onError(Throwable throwable) {
    failure = throwable;
    complete = true;
  }

  @Override
  public void onComplete() {
    complete = true;
  }

  /** Waits for the next chunk and asks for one more; empty if none came in time. */
  List<ByteBuffer> poll(long millis) throws InterruptedException {
    List<ByteBuffer> chunk = chunks.poll(millis, TimeUnit.MILLISECONDS);
    Flow.Subscription source = subscription;
    if (chunk == null) {
      return List.of();
    }
    if (source != null) {
      source.request(1);
    }
    return chunk;
  }

  /** Whether all that will come was polled. */
  boolean isFinished() {
    return complete && chunks.isEmpty();
  }

  /** Why it ended early, or null. */
  @Nullable Throwable failure() {
    return failure;
  }

  void cancel() {
    Flow.Subscription source = subscription;
    if (source != null) {
      source.cancel();
    }
  }
}
