package dev.graft.distributed;

import dev.graft.torch.IoProblem;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Starts ranks as processes of this machine, in the environment that torchrun would give them, and
 * waits for them. Rank 0 speaks for all: of the others only what they print to stderr is shown,
 * with their rank before it.
 */
public final class LocalRanks {
  private static final int POLL_MILLIS = 100;

  /** Within this time the others find out by themselves, say so, and save what there is. */
  private static final int GRACE_SECONDS = 120;

  private static final int FAILED = 1;
  private static final int SIGNAL = 128;
  private static final int SIGINT = 2;

  /** Tells a rank the process that has started it. */
  private static final String LAUNCHER = "GRAFT_LAUNCHER_PID";

  /** What Gloo prints to stdout, where results go. */
  private static final String GLOO = "[Gloo] ";

  private final List<Process> processes = new ArrayList<>();
  private final List<Thread> pumps = new ArrayList<>();
  private final PrintStream out;
  private final PrintStream err;
  private final Set<Integer> noted = new HashSet<>();
  private boolean killing;
  private int code;
  private long failedAt;

  private LocalRanks(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  /**
   * Runs a command once for each rank. When one fails, the others are ended, if they do not end by
   * themselves soon.
   *
   * @param count the number of ranks, 1 or more
   * @param command program and arguments, the same for all
   * @param stop asked several times a second; once true, all are asked to end
   * @param out gets what rank 0 prints to stdout
   * @param err gets what the other ranks print to stderr; rank 0 uses this process's own
   * @return 0, or the exit code of the rank that failed first; 1 for one that a signal ended. As
   *     the others end with 1 because of it, perhaps sooner, any other code goes before 1
   * @throws UncheckedIOException if a process cannot be started
   */
  public static int run(
      int count, List<String> command, BooleanSupplier stop, PrintStream out, PrintStream err) {
    var ranks = new LocalRanks(out, err);
    try {
      int port = freePort();
      for (int rank = 0; rank < count; rank++) {
        ranks.start(rank, count, port, command);
      }
      ranks.await(stop);
      return ranks.code;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot start the ranks: " + IoProblem.of(e), e);
    } finally {
      ranks.processes.forEach(Process::destroyForcibly);
    }
  }

  /**
   * For a rank: asked to stop, or nobody is there any more who started it here.
   *
   * @param stop whether this process is asked to stop
   * @return true also once the process that called {@link #run} has gone
   */
  public static BooleanSupplier orLauncherGone(BooleanSupplier stop) {
    String pid = System.getenv(LAUNCHER);
    if (pid == null) {
      return stop;
    }
    Optional<ProcessHandle> launcher = ProcessHandle.of(Long.parseLong(pid));
    return () -> stop.getAsBoolean() || launcher.filter(ProcessHandle::isAlive).isEmpty();
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void start(int rank, int count, int port, List<String> command) throws IOException {
    var builder = new ProcessBuilder(command);
    builder.environment().putIfAbsent("TORCH_CPP_LOG_LEVEL", "ERROR"); // c10d's warnings are pages
    builder
        .environment()
        .putAll(
            Map.of(
                LAUNCHER,
                String.valueOf(ProcessHandle.current().pid()),
                "RANK",
                String.valueOf(rank),
                "LOCAL_RANK",
                String.valueOf(rank),
                "WORLD_SIZE",
                String.valueOf(count),
                "LOCAL_WORLD_SIZE",
                String.valueOf(count),
                "MASTER_ADDR",
                InetAddress.getLoopbackAddress().getHostAddress(),
                "MASTER_PORT",
                String.valueOf(port)));
    if (rank == 0) {
      Process process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
      processes.add(process);
      pump(process.getInputStream(), line -> !line.startsWith(GLOO), out::println);
    } else {
      Process process = builder.redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
      processes.add(process);
      String name = "[rank " + rank + "] ";
      pump(process.getErrorStream(), line -> !line.isBlank(), line -> err.println(name + line));
    }
  }

  private void pump(InputStream from, Predicate<String> shown, Consumer<String> to) {
    var thread =
        new Thread(
            () -> {
              try (var lines =
                  new BufferedReader(new InputStreamReader(from, StandardCharsets.UTF_8))) {
                lines.lines().filter(shown).forEach(to);
              } catch (IOException | UncheckedIOException e) {
                // The process has ended.
              }
            },
            "graft-rank-output");
    thread.setDaemon(true);
    thread.start();
    pumps.add(thread);
  }

  private void await(BooleanSupplier stop) {
    boolean asked = false;
    try {
      while (processes.stream().anyMatch(Process::isAlive)) {
        if (!asked && stop.getAsBoolean()) {
          asked = true;
          processes.forEach(Process::destroy);
        }
        noteFailure();
        if (code != 0
            && !asked
            && System.nanoTime() - failedAt > TimeUnit.SECONDS.toNanos(GRACE_SECONDS)) {
          killing = true;
          processes.forEach(Process::destroyForcibly);
        }
        Thread.sleep(POLL_MILLIS);
      }
      noteFailure();
      for (Thread pump : pumps) {
        pump.join(TimeUnit.SECONDS.toMillis(1));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      code = SIGNAL + SIGINT;
    }
  }

  private void noteFailure() {
    for (int rank = 0; rank < processes.size(); rank++) {
      Process process = processes.get(rank);
      int ended = process.isAlive() || noted.contains(rank) ? 0 : process.exitValue();
      if (ended != 0) {
        noted.add(rank);
        failedAt = code == 0 ? System.nanoTime() : failedAt;
        boolean signal = ended > SIGNAL + SIGINT;
        if (signal && !killing) {
          err.println("graft: rank " + rank + " was ended by signal " + (ended - SIGNAL) + ".");
        }
        code = code <= FAILED ? (signal ? FAILED : ended) : code;
      }
    }
  }
}
