package dev.graft.cli;

import dev.graft.formula.Pretraining;
import dev.graft.train.RunConfig.Existing;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code graft pretrain}. */
@Command(
    name = "pretrain",
    description = {
      "Trains a small backbone from scratch, on images that it draws itself.",
      "",
      "Draws classes of fractals, contours and textures, and trains a ResNet-18 of a",
      "quarter of the width to tell them. With its defaults, and -Dgraft.threads=1, it",
      "makes the weights that --weights embedded means."
    },
    footer = {
      "",
      "Writes the images, OUT/random.safetensors (the first weights), OUT/run (as graft",
      "train does) and OUT/backbone.safetensors, for graft train --weights.",
      "",
      "Example: graft pretrain --out pretraining"
    },
    sortOptions = false,
    showDefaultValues = true,
    mixinStandardHelpOptions = true)
final class PretrainCommand implements Callable<Integer> {
  private final BooleanSupplier stop;

  @Option(
      names = "--out",
      paramLabel = "OUT",
      required = true,
      description = "Folder for the images and results.")
  private Path out;

  @Option(names = "--seed", description = "Decides the classes, images, first weights and order.")
  private long seed;

  @Option(names = "--classes", description = "Classes to draw.")
  private int classes = 300;

  @Option(
      names = "--images",
      description = "Training images of each class; a tenth as many are drawn for validation.")
  private int images = 100;

  @Option(names = "--epochs", description = "Passes over the training images.")
  private int epochs = 25;

  @Option(
      names = "--resume",
      description =
          "Go on with the run in OUT, given with the same options; begin if there is none.")
  private boolean resume;

  PretrainCommand(BooleanSupplier stop) {
    this.stop = stop;
  }

  @Override
  public Integer call() throws IOException {
    var job = new Pretraining(out, seed, classes, images, epochs);
    Existing existing = resume ? Existing.RESUME : Existing.REFUSE;
    System.err.printf(Locale.ROOT, "Drawing %,d images …%n", job.pictures());
    job.draw(existing, stop);
    int code = TrainCommand.run(job.runConfig(existing), stop);
    if (code == 0) {
      Pretraining.Backbone backbone = job.writeBackbone(stop);
      System.out.printf(
          Locale.ROOT,
          "Wrote %s, rounded to float16: val Acc %.6f (float32: %.6f)%n",
          backbone.file(),
          backbone.roundedAccuracy(),
          backbone.accuracy());
    }
    return code;
  }
}
