package dev.graft.distributed;

import dev.graft.torch.TcpStore;
import dev.graft.torch.TorchException;
import dev.graft.train.RankException;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The store through which the ranks find each other and leave word. */
final class Meeting {
  private static final int POLL_MILLIS = 50;
  private static final int CONNECT_MILLIS = 2000;

  private final RankEnvironment environment;
  private final Duration timeout;
  private final BooleanSupplier stop;

  Meeting(RankEnvironment environment, Duration timeout, BooleanSupplier stop) {
    this.environment = environment;
    this.timeout = timeout;
    this.stop = stop;
  }

  /** Opens the store where this rank serves it; otherwise waits until it is there. */
  TcpStore open() {
    if (!environment.serves()) {
      awaitServer();
      return connect();
    }
    try {
      return TcpStore.connect(environment.host(), environment.port(), true, timeout);
    } catch (TorchException e) {
      boolean taken = String.valueOf(e.getMessage()).contains("EADDRINUSE");
      throw new RankException(
          "Rank 0 cannot be reached at "
              + environment.place()
              + ": "
              + (taken ? "another process uses that port" : firstLine(e))
              + ". Pass another MASTER_PORT, and as MASTER_ADDR this machine's name or address.");
    }
  }

  /** One more connection to a store that is there. */
  TcpStore connect() {
    try {
      return TcpStore.connect(environment.host(), environment.port(), false, timeout);
    } catch (TorchException e) {
      throw unreachable(firstLine(e));
    }
  }

  /** Tries plain connections first: the store's client prints a page for each that fails. */
  private void awaitServer() {
    long end = System.nanoTime() + timeout.toNanos();
    String problem = "";
    do {
      requireNotStopped();
      try (var socket = new Socket()) {
        var address = new InetSocketAddress(environment.host(), environment.port());
        if (!address.isUnresolved()) {
          socket.connect(address, CONNECT_MILLIS);
          return;
        }
        problem = "the name is not known";
      } catch (IOException e) {
        problem = String.valueOf(e.getMessage());
      }
      pause(POLL_MILLIS * 4);
    } while (System.nanoTime() < end);
    throw unreachable(problem);
  }

  private RankException unreachable(String problem) {
    return new RankException(
        "Rank %d cannot reach %s at %s within %d s: %s. Start it, or correct MASTER_ADDR and MASTER_PORT."
            .formatted(
                environment.rank(),
                environment.agentStore() ? "the launcher" : "rank 0",
                environment.place(),
                timeout.toSeconds(),
                problem));
  }

  /** The address of this machine that is on the way to rank 0. */
  InetAddress ownAddress() {
    try (var socket = new DatagramSocket()) {
      socket.connect(new InetSocketAddress(environment.host(), environment.port()));
      return socket.getLocalAddress(); // nothing is sent
    } catch (IOException | RuntimeException e) {
      throw unreachable(String.valueOf(e.getMessage()));
    }
  }

  /** The network interface that was asked for, or null. */
  @Nullable String networkInterface() {
    String asked = environment.networkInterface();
    try {
      if (asked == null || NetworkInterface.getByName(asked) != null) {
        return asked;
      }
      String here =
          NetworkInterface.networkInterfaces()
              .map(NetworkInterface::getName)
              .collect(Collectors.joining(", "));
      throw new IllegalArgumentException(
          "GLOO_SOCKET_IFNAME is \"%s\", which this machine does not have; it has %s."
              .formatted(asked, here));
    } catch (SocketException e) {
      return asked; // Gloo will say what is wrong with it
    }
  }

  /** Waits for a moment for the others, unless this rank is to stop. */
  void pauseUnlessStopped() {
    requireNotStopped();
    pause();
  }

  private void requireNotStopped() {
    if (stop.getAsBoolean()) {
      throw new CancellationException("Stopped before training began; nothing was written.");
    }
  }

  /** The ranks as words, such as {@code rank 1} or {@code ranks 1 and 3}. */
  static String names(List<Integer> ranks) {
    String list = ranks.stream().map(String::valueOf).collect(Collectors.joining(", "));
    int last = list.lastIndexOf(", ");
    return ranks.size() == 1
        ? "rank " + list
        : "ranks " + list.substring(0, last) + " and " + list.substring(last + 2);
  }

  /** The ranks that have not set a key yet. */
  List<Integer> without(TcpStore store, String key) {
    List<Integer> missing = new ArrayList<>();
    for (int rank = 0; rank < environment.size(); rank++) {
      if (!store.has(key(key, rank))) {
        missing.add(rank);
      }
    }
    return missing;
  }

  /** The name of what concerns this start of all of them. */
  String key(String what) {
    return "graft/" + environment.attempt() + "/" + what;
  }

  /** The name of what concerns a rank. */
  String key(String what, int rank) {
    return key(what) + "/" + rank;
  }

  /** Waits for a moment. */
  static void pause(int millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  static void pause() {
    pause(POLL_MILLIS);
  }

  static String firstLine(TorchException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }
}
