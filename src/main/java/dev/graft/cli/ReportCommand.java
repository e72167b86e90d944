package dev.graft.cli;

import dev.graft.report.RunReport;
import dev.graft.torch.IoProblem;
import dev.graft.train.RunFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code graft report}. */
@Command(
    name = "report",
    description = {
      "Writes RUN/report.html anew: all of a run on one page that needs nothing but itself.",
      "",
      "graft train writes it too. Pictures and heat maps need the images and RUN/model.pt."
    },
    footer = {"", "Prints the file's path.", "", "Example: graft report run"},
    sortOptions = false,
    mixinStandardHelpOptions = true)
final class ReportCommand implements Callable<Integer> {
  @Parameters(paramLabel = "RUN", description = "A folder that graft train wrote.")
  private Path run;

  @Override
  public Integer call() {
    try {
      System.out.println(RunReport.rebuild(run));
      return 0;
    } catch (IOException e) {
      throw IoProblem.cannotWrite(new RunFiles(run).report(), e);
    }
  }
}
