package dev.graft.cli;

import dev.graft.distributed.RankEnvironment;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Options of {@code graft train} about training by several processes. */
final class RankOptions {
  private static final int MAX_RANKS = 1024;
  private static final int MAX_SECONDS = 7 * 24 * 3600;

  @Option(
      names = "--nproc",
      paramLabel = "N",
      description = {
        "Train with N processes on this machine, its processors shared out; --batch-size is each",
        "one's. Over several machines, torchrun --no-python or any launcher that sets RANK,",
        "WORLD_SIZE, MASTER_ADDR and MASTER_PORT starts them instead."
      })
  private int nproc = 1;

  @Option(
      names = "--rank-timeout",
      paramLabel = "SECONDS",
      description = "With several processes, give up when one is so long behind the others.")
  private int timeout = 300;

  /** Checks the ranges, and that nobody else has started ranks already. */
  void check() {
    if (nproc < 1 || nproc > MAX_RANKS) {
      throw new IllegalArgumentException(
          "--nproc is " + nproc + "; it must be from 1 to " + MAX_RANKS + ".");
    }
    if (timeout < 1 || timeout > MAX_SECONDS) {
      throw new IllegalArgumentException(
          "--rank-timeout is " + timeout + "; it must be from 1 to " + MAX_SECONDS + " seconds.");
    }
    if (nproc > 1 && environment().isPresent()) {
      throw new IllegalArgumentException(
          "--nproc starts ranks itself, but RANK and WORLD_SIZE are set: a launcher has started"
              + " them. Leave out --nproc, or unset these.");
    }
  }

  /** How many processes to start; 1 for none. */
  int nproc() {
    return nproc;
  }

  Duration timeout() {
    return Duration.ofSeconds(timeout);
  }

  /** This process's place among several, if a launcher gave it one. */
  Optional<RankEnvironment> environment() {
    return RankEnvironment.of(System.getenv());
  }

  /** This very process's command line, for one of several ranks. */
  List<String> command(List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    int processors = Runtime.getRuntime().availableProcessors(); // may follow from those arguments
    command.add("-XX:ActiveProcessorCount=" + Math.max(1, processors / nproc));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(arguments);
    command.add("--nproc=1"); // the last one counts
    return command;
  }
}
