package dev.graft.distributed;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a launcher tells a process through its environment, as torchrun does.
 *
 * @param rank {@code RANK}: this process's number among all, from 0
 * @param size {@code WORLD_SIZE}: the number of processes
 * @param host {@code MASTER_ADDR}: name or address of rank 0's machine
 * @param port {@code MASTER_PORT}: the port there through which all find each other
 * @param agentStore {@code TORCHELASTIC_USE_AGENT_STORE}: whether the launcher serves that port,
 *     rather than rank 0
 * @param attempt {@code TORCHELASTIC_RESTART_COUNT}: how often the launcher has started them again
 * @param localSize {@code LOCAL_WORLD_SIZE}: how many of the processes are on this machine; 1 if it
 *     is not set
 * @param networkInterface {@code GLOO_SOCKET_IFNAME}: the network interface to use; null for that
 *     on which this machine reaches rank 0's
 * @see <a href="https://docs.pytorch.org/docs/stable/elastic/run.html#environment-variables">
 *     torchrun's variables</a>
 */
public record RankEnvironment(
    int rank,
    int size,
    String host,
    int port,
    boolean agentStore,
    int attempt,
    int localSize,
    @Nullable String networkInterface) {
  private static final List<String> REQUIRED =
      List.of("RANK", "WORLD_SIZE", "MASTER_ADDR", "MASTER_PORT");
  private static final int MAX_PORT = 65535;

  /**
   * Reads variables.
   *
   * @param environment such as {@link System#getenv()}
   * @return what they say; empty if neither {@code RANK} nor {@code WORLD_SIZE} is set
   * @throws IllegalArgumentException if some are missing, or do not fit together
   */
  public static Optional<RankEnvironment> of(Map<String, String> environment) {
    if (text(environment, "RANK").isEmpty() && text(environment, "WORLD_SIZE").isEmpty()) {
      return Optional.empty();
    }
    List<String> missing = new ArrayList<>(REQUIRED);
    missing.removeIf(name -> !text(environment, name).isEmpty());
    if (!missing.isEmpty()) {
      throw new IllegalArgumentException(
          "The environment is that of one of several ranks, but "
              + String.join(" and ", missing)
              + (missing.size() == 1 ? " is" : " are")
              + " not set. Set "
              + String.join(", ", REQUIRED)
              + ", as torchrun does, or unset them all to train in one process.");
    }
    int size = number(environment, "WORLD_SIZE", 1, Integer.MAX_VALUE);
    String networkInterface = text(environment, "GLOO_SOCKET_IFNAME");
    return Optional.of(
        new RankEnvironment(
            number(environment, "RANK", 0, size - 1),
            size,
            text(environment, "MASTER_ADDR"),
            number(environment, "MASTER_PORT", 1, MAX_PORT),
            text(environment, "TORCHELASTIC_USE_AGENT_STORE").equalsIgnoreCase("true"),
            number(environment, "TORCHELASTIC_RESTART_COUNT", 0),
            Math.max(1, number(environment, "LOCAL_WORLD_SIZE", 1)),
            networkInterface.isEmpty() ? null : networkInterface));
  }

  /**
   * Reads which of the processes on this machine this one is.
   *
   * @param environment such as {@link System#getenv()}
   * @return {@code LOCAL_RANK}, from 0; 0 for a process that a launcher did not start
   * @throws IllegalArgumentException if it is no such number
   */
  public static int localRank(Map<String, String> environment) {
    boolean launched =
        Stream.of("RANK", "WORLD_SIZE", "LOCAL_RANK")
            .noneMatch(n -> text(environment, n).isEmpty());
    return launched ? number(environment, "LOCAL_RANK", 0) : 0;
  }

  private static String text(Map<String, String> environment, String name) {
    return environment.getOrDefault(name, "").strip();
  }

  /** A number from 0, or another where there is none. */
  private static int number(Map<String, String> environment, String name, int otherwise) {
    return text(environment, name).isEmpty()
        ? otherwise
        : number(environment, name, 0, Integer.MAX_VALUE);
  }

  private static int number(Map<String, String> environment, String name, int from, int to) {
    String value = text(environment, name);
    try {
      int number = Integer.parseInt(value);
      if (number >= from && number <= to) {
        return number;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    String range = to == Integer.MAX_VALUE ? from + " or more" : "from " + from + " to " + to;
    throw new IllegalArgumentException(
        "The environment variable "
            + name
            + " is \""
            + value
            + "\"; it must be a whole number, "
            + range
            + (name.equals("RANK") ? ", as WORLD_SIZE is " + (to + 1) : "")
            + ".");
  }

  /** Whether this process serves the store. */
  boolean serves() {
    return rank == 0 && !agentStore;
  }

  /** Where the store is, for a person. */
  String place() {
    return host + ":" + port;
  }
}
