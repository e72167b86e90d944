package dev.graft.cli;

import dev.graft.console.SideBySide;
import dev.graft.data.ImageFolders;
import dev.graft.formula.TransferTrial;
import dev.graft.predict.Prediction;
import dev.graft.predict.Predictor;
import dev.graft.report.ComparedRuns;
import dev.graft.report.ComparisonPage;
import dev.graft.torch.Device;
import dev.graft.torch.Printable;
import dev.graft.train.RunConfig;
import dev.graft.train.TrainingListener;
import dev.graft.train.TrainingResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code graft demo}. */
@Command(
    name = "demo",
    description = {
      "Shows in less than a minute what transfer learning is worth.",
      "",
      "Draws a few images, trains the same network on them twice, from scratch and by transfer from",
      "weights that know other images, compares, and predicts. Needs no network and no arguments."
    },
    sortOptions = false,
    showDefaultValues = true,
    mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {
  private final BooleanSupplier stop;

  @Option(names = "--seed", description = "Decides the images, the first weights and the order.")
  private long seed;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Empty or new folder to work in; a temporary one if not given.")
  private @Nullable Path out;

  DemoCommand(BooleanSupplier stop) {
    this.stop = stop;
  }

  @Override
  public Integer call() throws IOException {
    var trial = new TransferTrial(workFolder(), seed);
    draw(trial);
    System.out.printf(
        """

        2. A small ResNet-18 learns to tell them, twice: the same images, settings and %d epochs.
           From scratch it starts with random weights. By transfer it starts with weights that
           learned other images before: drawn fractals, contours and textures, and no such curves.

        """,
        TransferTrial.EPOCHS);
    var accuracies = new SideBySide(System.out, "from scratch", "by transfer");
    RunConfig scratch = trial.fromScratch();
    RunConfig transfer = trial.byTransfer();
    int code = train(scratch, accuracies.first());
    if (code == 0) {
      code = train(transfer, accuracies.second());
    }
    if (code == 0) {
      compare(accuracies, scratch.out(), transfer.out());
      writePage(scratch.out(), transfer.out());
      Path model = transfer.out().resolve("model.pt");
      predict(trial.images(), model);
      sayWhatIsNext(trial.images(), model);
    }
    return code;
  }

  private Path workFolder() throws IOException {
    if (out == null) {
      return Files.createTempDirectory("graft-demo-");
    }
    if (Files.exists(out) && (!Files.isDirectory(out) || !isEmpty(out))) {
      throw new IllegalArgumentException(
          out + " is not an empty folder. Give --out a new one; the demo overwrites nothing.");
    }
    return Files.createDirectories(out);
  }

  private static boolean isEmpty(Path folder) throws IOException {
    try (var entries = Files.list(folder)) {
      return entries.findAny().isEmpty();
    }
  }

  private void draw(TransferTrial trial) throws IOException {
    System.out.println("1. Drawing three kinds of curves: " + trial.images());
    trial.draw(stop);
    System.out.printf(
        "   %d of each to learn from, as few as you might have; %d of each to test with: %s%n",
        TransferTrial.TRAIN_PER_CLASS,
        TransferTrial.VAL_PER_CLASS,
        String.join(", ", ImageFolders.openSplit(trial.images(), "val").classes()));
  }

  private int train(RunConfig config, TrainingListener listener) {
    TrainingResult result = TrainCommand.execute(config, Terminal.withProgress(listener), stop);
    if (!result.message().isEmpty()) {
      System.err.println("graft: " + Printable.message(result.message()));
    }
    return TrainCommand.exitCode(result);
  }

  private static void compare(SideBySide accuracies, Path scratch, Path transfer) {
    double gain = accuracies.secondAccuracy() - accuracies.firstAccuracy();
    System.out.printf(
        Locale.ROOT,
        """

        3. After the last epoch, on the images it was not trained on, it answers correctly
           from scratch  %.3f   %s
           by transfer   %.3f   %s
           Transfer gained %.3f; guessing would give 0.333.
        """,
        accuracies.firstAccuracy(),
        scratch.resolve("report.html"),
        accuracies.secondAccuracy(),
        transfer.resolve("report.html"),
        gain);
  }

  private static void writePage(Path scratch, Path transfer) {
    Path page = transfer.resolveSibling("comparison.html");
    new ComparisonPage(ComparedRuns.read(List.of(scratch, transfer))).write(page);
    System.out.println("   Both side by side, for a browser: " + page);
  }

  private static void predict(Path images, Path model) {
    System.out.println("\n4. Predicting three files with what transfer made: " + model);
    try (Predictor predictor = Predictor.load(model, Device.CPU)) {
      for (String name : predictor.card().classes()) {
        Path file = images.resolve("val").resolve(name).resolve("0000.jpg");
        Prediction.Score best = predictor.predict(file).best();
        System.out.printf(Locale.ROOT, "   %s\t%s %.4f%n", file, best.label(), best.probability());
      }
    }
  }

  private static void sayWhatIsNext(Path images, Path model) {
    System.out.println(
        """

        The embedded weights know drawings only. For photographs start from weights that know
        photographs, which are downloaded once, and train on a folder with train/CLASS/*.jpg and
        val/CLASS/*.jpg:

          scripts/graft train --data YOUR_IMAGES --weights resnet18 --out run

        Or look where in its images the demo's model sees a spiral:

          scripts/graft explain --model %s --out seen %s
        """
            .formatted(model, images.resolve("val/spiral/000*.jpg"))
            .stripTrailing());
  }
}
