package dev.graft.torch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.global.torch;

/**
 * A team of OpenMP threads that never works, so that the teams that do yield the processor.
 *
 * <p>A thread that waits for its team spins, by libgomp's default, some hundred thousand times
 * before it sleeps; when another program wants the processor, each of libtorch's operations then
 * waits for that program's time slice. {@code OMP_WAIT_POLICY=passive} ends it, but is read when
 * libgomp loads, and a JVM cannot set it for itself. libgomp also stops spinning when it manages
 * more threads than there are processors (its manual on <a
 * href="https://gcc.gnu.org/onlinedocs/libgomp/GOMP_005fSPINCOUNT.html">GOMP_SPINCOUNT</a>), which
 * this team sees to: it takes as many threads as are missing, and they sleep.
 */
final class SpareTeam {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path CGROUP = Path.of("/sys/fs/cgroup");

  /** Enough values that every thread of the largest team gets some: libtorch's grain is 32,768. */
  private static final long VALUES_PER_THREAD = 1 << 16;

  /** Larger teams, and such as leave others few processes, are not worth the danger. */
  private static final int LARGEST = 64;

  private SpareTeam() {}

  /** Whether libgomp decides how threads wait, and nobody told it. */
  static boolean isNeeded() {
    return System.getProperty("os.name").equals("Linux")
        && System.getenv("OMP_WAIT_POLICY") == null
        && System.getenv("GOMP_SPINCOUNT") == null;
  }

  /** Assembles the team beside one of {@code threads}; returns when it sleeps. */
  static void assemble(int threads) {
    int size = Math.max(2, processors() - threads + 2);
    if (size > LARGEST || size + LARGEST > processesLeft()) {
      return; // where libgomp cannot start a thread, it ends the process
    }
    var assembled = new CountDownLatch(1);
    Thread owner =
        new Thread(
            () -> {
              try {
                work(size, threads);
              } finally {
                assembled.countDown();
              }
              while (true) {
                LockSupport.park(SpareTeam.class); // the team lives as long as its first thread
              }
            },
            "graft-spare-team");
    owner.setDaemon(true);
    owner.start();
    Uninterruptibly.run(assembled::await); // only then is the number of threads restored
  }

  /** What the container's limit of processes and threads leaves. */
  private static long processesLeft() {
    try {
      String most = Files.readString(CGROUP.resolve("pids.max")).strip();
      String current = Files.readString(CGROUP.resolve("pids.current")).strip();
      return most.equals("max") ? Long.MAX_VALUE : Long.parseLong(most) - Long.parseLong(current);
    } catch (IOException | NumberFormatException e) {
      return Long.MAX_VALUE; // no container with such a limit
    }
  }

  /** Runs one parallel operation, which makes the team; the number of threads is libtorch's own. */
  private static void work(int size, int threads) {
    try (PointerScope scope = new PointerScope()) {
      torch.set_num_threads(size);
      try {
        torch.zeros(size * VALUES_PER_THREAD).add_(torch.ones(1));
      } finally {
        torch.set_num_threads(threads);
      }
    }
  }

  /** The processors that libgomp counts: those of the affinity mask, whatever a quota says. */
  private static int processors() {
    try (var lines = Files.lines(STATUS)) {
      return lines
          .filter(line -> line.startsWith("Cpus_allowed_list:"))
          .findFirst()
          .map(line -> count(line.substring(line.indexOf(':') + 1).strip()))
          .orElseGet(Runtime.getRuntime()::availableProcessors);
    } catch (IOException e) {
      return Runtime.getRuntime().availableProcessors();
    }
  }

  /** Counts a list such as {@code 0-3,8}. */
  static int count(String list) {
    int count = 0;
    for (String range : list.split(",", -1)) {
      String[] ends = range.split("-", -1);
      int first = Integer.parseInt(ends[0]);
      count += Integer.parseInt(ends[ends.length - 1]) - first + 1;
    }
    return count;
  }
}
