package dev.graft.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class InterferenceTest {
  private static final String STAT = "cpu  %d 0 0 %d 0 0 0 %d 0 0\ncpu0 1 2 3 4 5 6 7 8 9 10\n";

  /**
   * A process's stat file: pid, name, state, parent, and its own and its ended children's ticks.
   */
  private static String process(long parent, int own, int children) {
    return "7 (a (b) c) S " + parent + " 0 0 0 0 0 0 0 0 0 " + own + " 0 " + children + " 0 20 0";
  }

  private static Optional<CpuTimes> times(
      int user, int idle, int stolen, Map<Long, String> processes) {
    return Optional.of(CpuTimes.parse(STAT.formatted(user, idle, stolen), processes, 10));
  }

  @Test
  void countsTheTreeBelowTheDriverAsOurs() {
    Map<Long, String> processes =
        Map.of(
            10L, process(1, 5, 100), // the driver, with a worker that has ended
            11L, process(10, 20, 0), // a worker
            12L, process(11, 300, 0), // and its child
            13L, process(1, 4000, 0)); // somebody else

    assertThat(CpuTimes.parse(STAT.formatted(9000, 1000, 0), processes, 10).ours()).isEqualTo(425);
  }

  @Test
  void workOfOthersIsWhatIsBusyWithoutOurs() {
    Interference quiet =
        Interference.between(
            times(0, 0, 0, Map.of(10L, process(1, 0, 0))),
            times(600, 400, 0, Map.of(10L, process(1, 580, 0))));

    assertThat(quiet.othersShare()).isEqualTo(0.02);
    assertThat(quiet.isClean()).isTrue();
  }

  @Test
  void aNumberIsNotCleanWhenOthersUsedMoreThanThreePercent() {
    Interference disturbed =
        Interference.between(
            times(0, 0, 0, Map.of(10L, process(1, 0, 0))),
            times(600, 400, 0, Map.of(10L, process(1, 560, 0))));

    assertThat(disturbed.isClean()).isFalse();
    assertThat(disturbed.text()).isEqualTo("NOT CLEAN: others used 4.0 % of the CPUs");
  }

  @Test
  void timeThatTheHostTookAwayCountsAsOthers() {
    Interference stolen =
        Interference.between(
            times(0, 0, 0, Map.of(10L, process(1, 0, 0))),
            times(500, 400, 100, Map.of(10L, process(1, 500, 0))));

    assertThat(stolen.othersShare()).isEqualTo(0.1);
  }

  @Test
  void anUnknownMachineIsNotClean() {
    assertThat(Interference.between(Optional.empty(), Optional.empty()).isClean()).isFalse();
  }

  @Test
  void thisMachineIsRead() {
    if (java.nio.file.Files.exists(java.nio.file.Path.of("/proc/stat"))) {
      CpuTimes now = CpuTimes.now().orElseThrow();
      assertThat(now.ours()).isPositive();
      assertThat(now.busy()).isBetween(now.ours(), now.total());
    }
  }
}
