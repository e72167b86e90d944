package dev.graft.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.graft.console.DataReport;
import dev.graft.data.DataFinding;
import dev.graft.data.DataSummary;
import dev.graft.data.DatasetCheck;
import dev.graft.data.ImageFolders;
import dev.graft.data.LoaderConfig;
import dev.graft.torch.Printable;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code graft check}. */
@Command(
    name = "check",
    description = {
      "Checks a data set: reads and decodes every file once and tells what seems wrong.",
      "",
      "Found are, by the names that --allow takes:",
      "  leakage          a file of val or test with the same bytes as one of train",
      "  near_leakage     one that looks the same: resized, saved again",
      "  contradiction    the same image in two classes",
      "  unreadable       a file that cannot be decoded",
      "  imbalance        a class with a tenth of the images of another, or with none",
      "  duplicate        a file with the same bytes as another of its class",
      "  near_duplicate   one that looks the same",
      "  wrong_extension  a file of another format than its name says",
      "  tiny             an image smaller than the network's input"
    },
    footer = {
      "",
      "Exit codes: 0 nothing found, 1 something found, 2 bad usage or no such data.",
      "",
      "Example: graft check hymenoptera_data --allow tiny"
    },
    sortOptions = false,
    showDefaultValues = true,
    mixinStandardHelpOptions = true)
final class CheckCommand implements Callable<Integer> {
  private final BooleanSupplier stop;

  @Parameters(
      paramLabel = "DIR|FILE",
      description = "What graft train gets as --data: a folder or a manifest.")
  private Path data;

  @Option(
      names = "--val-split",
      paramLabel = "SHARE",
      showDefaultValue = Visibility.NEVER,
      description = "The share of each class that graft train will set apart for validation.")
  private @Nullable Double valSplit;

  @Option(names = "--seed", description = "The seed of graft train, which decides that share.")
  private long seed;

  @Option(
      names = "--image-size",
      paramLabel = "PIXELS",
      description = "Side of the network's input; images smaller than that are tiny.")
  private int imageSize = 224;

  @Option(names = "--workers", description = "Threads that decode images.")
  private int workers = LoaderConfig.defaults().workers();

  @Option(
      names = "--allow",
      paramLabel = "KINDS",
      split = ",",
      showDefaultValue = Visibility.NEVER,
      description = "Exit with 0 though these were found, such as tiny,imbalance.")
  private List<DataFinding.Kind> allowed = List.of();

  @Option(names = "--json", description = "Print JSON, with all files of each finding.")
  private boolean json;

  CheckCommand(BooleanSupplier stop) {
    this.stop = stop;
  }

  @Override
  public Integer call() throws JsonProcessingException {
    if (imageSize < 1) {
      throw new IllegalArgumentException("--image-size is " + imageSize + "; it must be above 0.");
    }
    if (workers < 0) {
      throw new IllegalArgumentException("--workers is " + workers + "; it must be 0 or more.");
    }
    // As graft train: with 0, the images are decoded by one thread.
    var check = new DatasetCheck(Math.max(1, workers), true, imageSize);
    ImageFolders images =
        valSplit == null ? ImageFolders.open(data) : ImageFolders.split(data, valSplit, seed);
    DataSummary summary = check.inspect(images, stop);
    var report = new DataReport(summary);
    System.out.println(json ? report.json() : report.text());
    noteIgnored(images.ignored());
    boolean clean =
        summary.findings().stream().allMatch(finding -> allowed.contains(finding.kind()));
    return clean ? 0 : Failures.FAILED;
  }

  private static void noteIgnored(List<Path> files) {
    if (!files.isEmpty()) {
      System.err.println(
          "Note: "
              + (files.size() == 1 ? "1 file is" : files.size() + " files are")
              + " left out, being no image by name: "
              + Printable.message(files.get(0).toString())
              + (files.size() == 1 ? "" : " and others"));
    }
  }
}
