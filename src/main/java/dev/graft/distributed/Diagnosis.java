package dev.graft.distributed;

import dev.graft.torch.TcpStore;
import dev.graft.torch.TorchException;
import dev.graft.train.RankException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Finds out which rank is to blame when an operation of all of them failed: the one that does not
 * answer a roll call; else the one that has come less far than this, so that it hangs.
 */
final class Diagnosis {
  private static final int ANSWER_SECONDS = 5;
  private static final int STORE_SECONDS = 10;

  private final RankEnvironment environment;
  private final Meeting meeting;
  private final TcpStore store;
  private final Watch watch;
  private boolean stuck;

  Diagnosis(RankEnvironment environment, Meeting meeting, TcpStore store, Watch watch) {
    this.environment = environment;
    this.meeting = meeting;
    this.store = store;
    this.watch = watch;
  }

  /** Says what happened, and leaves word of it for the others. */
  String find(long operation, String problem) {
    return orGone(() -> verdict(() -> rollCall(operation, problem)));
  }

  /** Leaves word that this rank failed, unless there is another reason already. */
  void failed(String message) {
    orGone(() -> verdict(() -> message));
  }

  private String verdict(Supplier<String> mine) {
    String said = said();
    if (said.isEmpty()) {
      String message = mine.get();
      said = said(); // it may have come while this one asked
      if (said.isEmpty()) {
        store.set(meeting.key("verdict"), message);
        said = message;
      }
    }
    return said;
  }

  private String said() {
    String known = watch.verdict();
    if (known != null) {
      return known;
    }
    return store.has(meeting.key("verdict")) ? store.get(meeting.key("verdict")) : "";
  }

  private String rollCall(long operation, String problem) {
    store.set(meeting.key("roll-call"), "");
    store.set(meeting.key("here", environment.rank()), "");
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(ANSWER_SECONDS);
    List<Integer> silent = meeting.without(store, "here");
    while (!silent.isEmpty() && System.nanoTime() < end) {
      String said = said();
      if (!said.isEmpty()) {
        return said;
      }
      Meeting.pause();
      silent = meeting.without(store, "here");
    }
    if (!silent.isEmpty()) {
      return "Lost "
          + Meeting.names(silent)
          + ": no answer. The process was ended, or its machine or network is gone.";
    }
    List<Integer> behind = behind(operation);
    return behind.isEmpty()
        ? "The connection between the ranks broke: " + problem + "."
        : "Gave up waiting for "
            + Meeting.names(behind)
            + (behind.size() == 1 ? ", which hangs: " : ", which hang: ")
            + problem
            + ". If it is only slow, pass a longer --rank-timeout.";
  }

  private List<Integer> behind(long operation) {
    List<Integer> behind = new ArrayList<>();
    for (int rank = 0; rank < environment.size(); rank++) {
      String key = meeting.key("at", rank);
      if (!store.has(key) || Long.parseLong(store.get(key)) < operation) {
        behind.add(rank);
      }
    }
    return behind;
  }

  /** The answer, or that the store is gone. */
  private String orGone(Supplier<String> question) {
    try {
      return ask(Duration.ofSeconds(STORE_SECONDS), question);
    } catch (RankException gone) {
      return String.valueOf(gone.getMessage());
    }
  }

  /**
   * Asks the store on another thread, as a broken network may hold that up for long.
   *
   * @throws RankException if the store does not answer in time
   */
  <T> T ask(Duration limit, Supplier<T> question) {
    try {
      return CompletableFuture.supplyAsync(question).get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RankException(gone());
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException problem
          && !(problem instanceof TorchException)) {
        throw problem;
      }
      throw new RankException(gone());
    } catch (TimeoutException e) {
      stuck = true;
      throw new RankException(gone());
    }
  }

  /** Whether a thread still waits for the store, which must not be closed under it. */
  boolean isStuck() {
    return stuck;
  }

  private String gone() {
    String said = watch.verdict();
    if (said != null) {
      return said;
    }
    return environment.agentStore()
        ? "Lost the launcher, whose store at " + environment.place() + " does not answer."
        : "Lost rank 0: its store at "
            + environment.place()
            + " does not answer. The process was ended, or its machine or network is gone.";
  }
}
