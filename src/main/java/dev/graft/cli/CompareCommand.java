package dev.graft.cli;

import dev.graft.report.ComparedRuns;
import dev.graft.report.ComparisonPage;
import dev.graft.report.ComparisonText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code graft compare}. */
@Command(
    name = "compare",
    description = {
      "Puts runs side by side: accuracy with its 95 % interval (Wilson), loss, time, the settings that",
      "differ, and McNemar's test against the first run where the validation images are the same."
    },
    footer = {"", "Example: graft compare run1 run2 --out comparison.html"},
    sortOptions = false,
    mixinStandardHelpOptions = true)
final class CompareCommand implements Callable<Integer> {
  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Also write a page with curves and the classes' recall.")
  private @Nullable Path out;

  @Option(names = "--overwrite", description = "Replace FILE.")
  private boolean overwrite;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Parameters(paramLabel = "RUN", arity = "1..*", description = "Folders that graft train wrote.")
  private List<Path> runs;

  @Override
  public Integer call() throws IOException {
    Path target = out == null ? null : OutputFile.require(out, overwrite);
    ComparedRuns compared = ComparedRuns.read(runs);
    if (target != null) {
      new ComparisonPage(compared).write(target);
    }
    var text = new ComparisonText(compared);
    System.out.println(json ? text.json() : text.text());
    return 0;
  }
}
