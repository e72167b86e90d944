package dev.graft.bench;

import dev.graft.bench.RowResult.Measured;
import dev.graft.bench.RowResult.NotMeasured;
import dev.graft.bench.RowResult.Sample;
import dev.graft.bench.RowResult.State;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Measures a row: both sides are prepared, compared, warmed up, and then take turns. */
final class RowRunner {
  private static final int PAUSE_MILLIS = 200;

  private final Session session;

  RowRunner(Session session) {
    this.session = session;
  }

  RowResult run(Row row) {
    try (Side subject = row.subject().open(session);
        Side peer = row.peer() == null ? null : row.peer().open(session)) {
      return run(row, subject, peer);
    } catch (MissingException e) {
      return new NotMeasured(row, State.SKIPPED, String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      return new NotMeasured(row, State.FAILED, e.toString());
    } finally {
      session.endSharedWorkers();
    }
  }

  private RowResult run(Row row, Side subject, @Nullable Side peer) {
    Agreement.Verdict agreement = compare(row, subject, peer);
    if (!agreement.accepted()) {
      return new NotMeasured(row, State.REFUSED, agreement.text());
    }
    var ours = new Turns(subject);
    Turns theirs = peer == null ? null : new Turns(peer);
    for (int i = 0; i < session.warmups(row.plan()); i++) {
      takeTurns(i, ours, theirs);
    }
    ours.forget();
    if (theirs != null) {
      theirs.forget();
    }
    double loadBefore = load();
    Optional<CpuTimes> before = CpuTimes.now();
    for (int i = 0; i < session.rounds(row.plan()); i++) {
      takeTurns(i, ours, theirs);
    }
    Interference interference = Interference.between(before, CpuTimes.now());
    return new Measured(
        row,
        ours.sample(),
        theirs == null ? null : theirs.sample(),
        agreement.text(),
        interference,
        loadBefore,
        load());
  }

  private static Agreement.Verdict compare(Row row, Side subject, @Nullable Side peer) {
    if (peer == null || row.agreement() instanceof Agreement.Same) {
      return new Agreement.Verdict(true, "no other code to compare with");
    }
    return row.agreement().compare(subject.answer(), peer.answer());
  }

  /** A B, then B A, so that neither side is always the first of a pair. */
  private static void takeTurns(int round, Turns ours, @Nullable Turns theirs) {
    if (theirs != null && round % 2 == 1) {
      theirs.take();
    }
    ours.take();
    if (theirs != null && round % 2 == 0) {
      theirs.take();
    }
  }

  private static double load() {
    double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    return load < 0 ? Double.NaN : load;
  }

  /** The turns of one side. */
  private static final class Turns {
    private final Side side;
    private final List<Double> seconds = new ArrayList<>();
    private final List<Long> resident = new ArrayList<>();
    private final List<Map<String, Double>> metrics = new ArrayList<>();

    Turns(Side side) {
      this.side = side;
    }

    void take() {
      Pause.ofMillis(PAUSE_MILLIS);
      Turn turn = side.turn();
      seconds.add(turn.seconds());
      resident.add(turn.resident());
      metrics.add(turn.metrics());
    }

    void forget() {
      seconds.clear();
      resident.clear();
      metrics.clear();
    }

    Sample sample() {
      return new Sample(
          side.label(),
          List.copyOf(seconds),
          List.copyOf(resident),
          List.copyOf(metrics),
          Map.copyOf(side.facts()));
    }
  }
}
