package dev.graft.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.graft.console.EvaluationReport;
import dev.graft.data.DataLoader;
import dev.graft.data.ImageFolder;
import dev.graft.data.ImageFolders;
import dev.graft.data.LoaderConfig;
import dev.graft.model.Classifier;
import dev.graft.torch.Device;
import dev.graft.train.Evaluation;
import dev.graft.train.Evaluator;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code graft eval}. */
@Command(
    name = "eval",
    description = "Evaluates a trained model: accuracy, precision and recall, confusion matrix.",
    footer = {"", "Example: graft eval --model run/model.pt --data hymenoptera_data"},
    sortOptions = false,
    showDefaultValues = true,
    mixinStandardHelpOptions = true)
final class EvalCommand implements Callable<Integer> {
  private final BooleanSupplier stop;

  @Mixin private final TrainedModelOptions model = new TrainedModelOptions();

  @Option(
      names = "--data",
      paramLabel = "DIR",
      required = true,
      description = "Folder with one folder for each split.")
  private Path data;

  @Option(names = "--split", description = "Which folder of DIR to evaluate on.")
  private String split = "val";

  @Option(names = "--batch-size", description = "Images a step.")
  private int batchSize = 16;

  @Option(names = "--workers", description = "Threads that decode images.")
  private int workers = LoaderConfig.defaults().workers();

  @Option(names = "--json", description = "Print JSON, with the answer for each image.")
  private boolean json;

  EvalCommand(BooleanSupplier stop) {
    this.stop = stop;
  }

  @Override
  public Integer call() throws JsonProcessingException {
    Device target = model.device();
    var config = LoaderConfig.defaults().withBatchSize(batchSize).withWorkers(workers);
    ImageFolder images = ImageFolders.openSplit(data, split);
    try (Classifier classifier = Classifier.load(model.file(), target)) {
      ImageFolder labelled = images.withClasses(classifier.classes());
      try (var loader =
          new DataLoader(
              labelled, classifier.card().preprocessing(), DataLoader.Mode.EVAL, config)) {
        Evaluation evaluation =
            Evaluator.evaluate(
                classifier,
                loader,
                target,
                model.precision(),
                Terminal.withProgress(event -> {}),
                stop);
        var report = new EvaluationReport(evaluation);
        System.out.println(json ? report.json() : report.text());
        return 0;
      }
    }
  }
}
