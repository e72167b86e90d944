package dev.graft.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.graft.console.RateReport;
import dev.graft.console.RunNotes;
import dev.graft.model.Pretrained;
import dev.graft.train.RateCurve;
import dev.graft.train.RateRange;
import dev.graft.train.RateSearch;
import dev.graft.train.RunConfig;
import dev.graft.train.RunConfig.CheckpointConfig;
import dev.graft.train.RunConfig.Existing;
import dev.graft.train.TrainingConfig;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code graft lr-find}. */
@Command(
    name = "lr-find",
    description = {
      "Suggests a learning rate for graft train: takes some steps of training, each at a higher rate,",
      "and finds where the loss falls most steeply (Smith's range test). Nothing is written.",
      "",
      "It takes the options of graft train. Of --lr and --backbone-lr only the ratio matters, and",
      "nothing that happens between epochs."
    },
    footer = {
      "",
      "Exit codes: 0 a rate is suggested, 1 the curve shows none, 2 bad usage or bad input.",
      "",
      "Example: graft lr-find --data hymenoptera_data --weights resnet18 --batch-size 16"
    },
    sortOptions = false,
    showDefaultValues = true,
    mixinStandardHelpOptions = true)
final class LrFindCommand implements Callable<Integer> {
  /** A search writes nothing there. */
  private static final Path NO_FOLDER = Path.of("");

  private final BooleanSupplier stop;

  @Option(names = "--from", paramLabel = "LR", description = "The first and lowest rate.")
  private double from = 1e-6;

  @Option(names = "--to", paramLabel = "LR", description = "The last and highest rate.")
  private double to = 10;

  @Option(
      names = "--steps",
      paramLabel = "N",
      showDefaultValue = Visibility.NEVER,
      description = "How many rates; by default 100, or as many as take 1200 images.")
  private @Nullable Integer steps;

  @Option(names = "--json", description = "Print JSON, with the loss at each rate.")
  private boolean json;

  @Option(names = "--seed", description = "Decides the new head, the order and the augmentation.")
  private long seed;

  @Mixin private final DataOptions data = new DataOptions();
  @Mixin private final ModelOptions model = new ModelOptions();
  @Mixin private final LearningOptions learning = new LearningOptions();

  LrFindCommand(BooleanSupplier stop) {
    this.stop = stop;
  }

  @Override
  public Integer call() throws JsonProcessingException {
    var dataConfig = data.config(learning.balanced());
    var loader = data.loader(seed);
    TrainingConfig loop = learning.config(model, seed);
    long images = (long) loader.batchSize() * loop.update().accumulate();
    int usual = RateRange.usual((int) Math.min(images, Integer.MAX_VALUE)).steps();
    var range = new RateRange(from, to, steps == null ? usual : steps);
    Pretrained weights = model.weights(stop); // last: it may take a download
    var config =
        new RunConfig(
            dataConfig,
            weights,
            NO_FOLDER,
            model.config(weights),
            loader,
            loop,
            CheckpointConfig.defaults(),
            Existing.REFUSE);
    RateCurve curve =
        new RateSearch(config, range, Terminal.withProgress(new RunNotes(System.err)), stop)
            .execute();
    Double backboneLr = loop.backboneLr();
    var report = new RateReport(curve, backboneLr == null ? 1 : backboneLr / loop.optimizer().lr());
    System.out.println(json ? report.json() : report.text());
    return curve.suggestion() == null ? Failures.FAILED : 0;
  }
}
