package dev.graft.cli;

import dev.graft.data.LoaderConfig;
import dev.graft.image.Augmentation;
import dev.graft.image.ColorJitter;
import dev.graft.torch.MemoryFormat;
import dev.graft.train.RunConfig.DataConfig;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of {@code graft train} about the images. */
final class DataOptions {
  @Option(
      names = "--data",
      paramLabel = "DIR|FILE",
      required = true,
      description = {
        "Folder with train/ and val/, and perhaps test/, each with one folder of images a class;",
        "or a manifest: .csv, .tsv or .jsonl with path, label and split."
      })
  private Path data;

  @Option(
      names = "--val-split",
      paramLabel = "SHARE",
      showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER,
      description =
          "Set this share of each class apart for validation, such as 0.2, where the data has no"
              + " val of its own: DIR then holds the class folders.")
  private @Nullable Double valSplit;

  @Option(names = "--skip-unreadable", description = "Leave out images that cannot be decoded.")
  private boolean skipUnreadable;

  @Option(names = "--batch-size", description = "Images a step.")
  private int batchSize = 4;

  @Option(names = "--workers", description = "Threads that decode images.")
  private int workers = LoaderConfig.defaults().workers();

  @Option(
      names = "--rotation",
      paramLabel = "DEGREES",
      description = "Rotate training images at random, by up to so many degrees.")
  private double rotation;

  @Option(
      names = "--color-jitter",
      paramLabel = "B[,C[,S[,H]]]",
      showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER,
      description =
          "Vary training images' brightness, contrast, saturation and hue by up to so much, such"
              + " as 0.2,0.2,0.2,0.05.")
  private @Nullable String colorJitter;

  @Option(
      names = "--memory-format",
      description =
          "How images and weights lie in memory: channels_last, faster on most CPUs, or contiguous.")
  private MemoryFormat memoryFormat = LoaderConfig.defaults().memoryFormat();

  DataConfig config(boolean balanced) {
    return new DataConfig(data, valSplit, augmentation(), balanced, skipUnreadable);
  }

  LoaderConfig loader(long seed) {
    return LoaderConfig.defaults()
        .withBatchSize(batchSize)
        .withWorkers(workers)
        .withSeed(seed)
        .withMemoryFormat(memoryFormat);
  }

  private Augmentation augmentation() {
    double[] jitter = colorJitter == null ? new double[0] : Numbers.list(colorJitter);
    if (jitter.length > 4) {
      throw new IllegalArgumentException("--color-jitter takes at most four numbers.");
    }
    double[] all = Arrays.copyOf(jitter, 4);
    return new Augmentation(rotation, new ColorJitter(all[0], all[1], all[2], all[3]));
  }
}
