package dev.graft.distributed;

import dev.graft.torch.TcpStore;
import dev.graft.torch.Tensor;
import dev.graft.torch.TorchException;
import dev.graft.train.RankException;
import dev.graft.train.Ranks;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Ranks that are processes, connected by c10d's {@code TCPStore} and Gloo, and by NCCL for the
 * gradients if those of all ranks are on CUDA devices. Used by one thread.
 *
 * <p>A rank that dies is noticed at once, since its connections close; one that hangs or cannot be
 * reached any more, after the timeout. Either way the others find out which one it was and throw a
 * {@link RankException} that says so.
 */
public final class C10dRanks implements Ranks, AutoCloseable {
  private static final int DONE_SECONDS = 30;

  /** How much longer than the timeout an agreement may take: ranks give up one after the other. */
  private static final int AGREEMENT_SECONDS = 20;

  private final RankEnvironment environment;
  private final Duration timeout;
  private final Meeting meeting;
  private final TcpStore store;
  private final Watch watch;
  private final Diagnosis diagnosis;
  private @Nullable Collectives group;
  private long operation;
  private boolean failed;

  private C10dRanks(RankEnvironment environment, Duration timeout, BooleanSupplier stop) {
    this.environment = environment;
    this.timeout = timeout;
    this.meeting = new Meeting(environment, timeout, stop);
    this.store = meeting.open();
    try {
      this.watch = new Watch(meeting, environment.rank());
    } catch (Throwable e) {
      store.close();
      throw e;
    }
    this.diagnosis = new Diagnosis(environment, meeting, store, watch);
  }

  /**
   * Takes this process's place; returns when all others have taken theirs.
   *
   * @param environment which place
   * @param timeout how long to wait for the others, here and in each call; above zero
   * @param stop asked while this waits for the others; true ends that
   * @return the ranks, owned by the caller
   * @throws java.util.concurrent.CancellationException if it was asked to stop
   * @throws IllegalArgumentException if this machine has no such network interface
   * @throws RankException if another rank does not come; it is named
   * @throws dev.graft.train.RunException if the ranks disagree on how many they are
   */
  public static C10dRanks join(
      RankEnvironment environment, Duration timeout, BooleanSupplier stop) {
    var ranks = new C10dRanks(environment, timeout, stop);
    try {
      ranks.enter();
      return ranks;
    } catch (Throwable e) {
      ranks.failed(e);
      ranks.close();
      throw e;
    }
  }

  private void enter() {
    String networkInterface = meeting.networkInterface();
    requireSame(Map.of("WORLD_SIZE", String.valueOf(size())));
    group =
        collective(() -> new Collectives(environment, meeting, store, networkInterface, timeout));
  }

  @Override
  public int rank() {
    return environment.rank();
  }

  @Override
  public int size() {
    return environment.size();
  }

  @Override
  public int localSize() {
    return environment.localSize();
  }

  @Override
  public void requireSame(Map<String, String> description) {
    if (group != null) {
      sum(0); // unlike the store, the group notices at once who is lost
    }
    long number = ++operation;
    var agreement = new Agreement(environment, meeting, store, watch, timeout);
    try {
      diagnosis.ask(
          timeout.plusSeconds(AGREEMENT_SECONDS),
          () -> {
            agreement.require(number, description);
            return number;
          });
    } catch (RankException e) {
      diagnosis.failed(String.valueOf(e.getMessage())); // who waits for this rank shall know why
      throw e;
    }
  }

  @Override
  public void broadcast(Collection<Tensor> tensors) {
    together(
        group -> {
          group.broadcast(tensors);
          return tensors;
        });
  }

  @Override
  public byte[] broadcast(byte[] bytes) {
    return together(group -> group.broadcast(bytes));
  }

  @Override
  public double[] sum(double... values) {
    return together(group -> group.sum(values));
  }

  @Override
  public double[] averageGradients(List<Tensor> parameters, double... votes) {
    return together(group -> group.averageGradients(parameters, votes));
  }

  private <T> T together(Function<Collectives, T> action) {
    Collectives present = group;
    if (present == null) {
      throw new IllegalStateException("The ranks are closed.");
    }
    return collective(() -> action.apply(present));
  }

  /** Tells how far this rank is, then does what all do. */
  private <T> T collective(Supplier<T> action) {
    operation++;
    try {
      store.set(meeting.key("at", rank()), String.valueOf(operation));
      return action.get();
    } catch (TorchException e) {
      throw lost(e);
    }
  }

  private RankException lost(TorchException cause) {
    String problem = Meeting.firstLine(cause).replaceFirst("^\\[[^]]*] ", "");
    return new RankException(diagnosis.find(operation, problem));
  }

  /**
   * Leaves word for the other ranks that this one failed, so that they can say why. To be called
   * before {@link #close}.
   *
   * @param error why
   */
  public void failed(Throwable error) {
    failed = true;
    if (!(error instanceof RankException)) {
      String message = error.getMessage() == null ? error.toString() : error.getMessage();
      diagnosis.failed("Rank " + rank() + " failed: " + message);
    }
    if (environment.serves()) {
      Meeting.pause(3 * Watch.PERIOD_MILLIS); // until all have read it
    }
  }

  /** Leaves; the rank that serves the store waits for the others. */
  @Override
  public void close() {
    if (!failed) {
      try {
        store.set(meeting.key("done", rank()), "");
        long end = System.nanoTime() + DONE_SECONDS * 1_000_000_000L;
        while (environment.serves()
            && !meeting.without(store, "done").isEmpty()
            && System.nanoTime() < end) {
          Meeting.pause();
        }
      } catch (TorchException e) {
        // The store is gone; there is nobody to tell.
      }
    }
    watch.close();
    if (group != null) {
      group.close();
    }
    if (!diagnosis.isStuck()) {
      store.close();
    }
  }
}
