package dev.graft.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.data.DataFinding;
import dev.graft.data.DataFinding.Kind;
import dev.graft.data.DataSummary;
import dev.graft.data.SplitSummary;
import dev.graft.data.SplitSummary.Spread;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DataReportTest {
  private static DataSummary summary(int classes, List<DataFinding> findings) {
    var pixels = new Spread(10, 20, 30);
    var train =
        new SplitSummary(
            "train", Collections.nCopies(classes, 4), pixels, pixels, pixels, Map.of("jpeg", 9));
    List<String> names = IntStream.range(0, classes).mapToObj(i -> "class" + i).toList();
    return new DataSummary(names, List.of(train), findings);
  }

  @Test
  void showsTwentyClassesAndTwentyFindingsOfAKind_andCountsTheRest() {
    List<DataFinding> findings = new ArrayList<>();
    for (int i = 0; i < 23; i++) {
      findings.add(new DataFinding(Kind.LEAKAGE, "leak " + i, List.of()));
    }
    findings.add(new DataFinding(Kind.TINY, "tiny", List.of()));

    List<String> lines = new DataReport(summary(22, findings)).text().lines().toList();

    assertThat(lines)
        .contains("class19         4", "… and 2 more classes", "all            88", "24 findings")
        .contains("leakage", "  leak 19", "  … and 3 more (--json lists them)", "tiny", "  tiny")
        .doesNotContain("class20         4", "  leak 20");
  }

  @Test
  void fileNamesCannotMoveTheCursor() {
    var finding = new DataFinding(Kind.TINY, "a\u001b[2J of train", List.of());

    assertThat(new DataReport(summary(2, List.of(finding))).text())
        .contains("a?[2J of train")
        .doesNotContain("\u001b");
  }
}
