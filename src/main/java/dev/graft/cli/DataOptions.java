package dev.graft.cli;

import dev.graft.data.LoaderConfig;
import dev.graft.image.Augmentation;
import dev.graft.image.ColorJitter;
import dev.graft.torch.MemoryFormat;
import dev.graft.train.CacheConfig;
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

  @Option(
      names = "--cache",
      description = {
        "ram or disk: decode images only once and keep them, until there is no more room; off: not.",
        "With --freeze features, disk keeps the features, for later runs too, which compute only",
        "those of new images, and none if nothing but the learning changes."
      })
  private CacheConfig.Mode cache = CacheConfig.Mode.OFF;

  @Option(
      names = "--cache-dir",
      paramLabel = "DIR",
      showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER,
      description =
          "Where --cache disk keeps them; by default graft in $XDG_CACHE_HOME or ~/.cache. It may be"
              + " deleted at any time.")
  private @Nullable Path cacheFolder;

  @Option(
      names = "--cache-limit",
      paramLabel = "SIZE",
      showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER,
      description =
          "Keep so much of decoded images, such as 500m or 4g; by default, and at most on a disk,"
              + " half of what is free there. In memory, at most what -XX:MaxDirectMemorySize leaves"
              + " (8g with scripts/graft).")
  private @Nullable String cacheLimit;

  @Option(
      names = "--cache-bound",
      paramLabel = "PIXELS",
      showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER,
      description =
          "Resize training images whose shorter edge is longer before anything else, and keep them"
              + " so: more fit, but their pixels are others.")
  private @Nullable Integer cacheBound;

  DataConfig config(boolean balanced) {
    return new DataConfig(data, valSplit, augmentation(), balanced, skipUnreadable, cache());
  }

  private CacheConfig cache() {
    Path folder =
        cache == CacheConfig.Mode.DISK && cacheFolder == null ? standardCache() : cacheFolder;
    Long limit = cacheLimit == null ? null : Numbers.bytes("--cache-limit", cacheLimit);
    return new CacheConfig(cache, folder, limit, cacheBound);
  }

  private static Path standardCache() {
    String xdg = System.getenv("XDG_CACHE_HOME");
    // The specification has relative paths ignored.
    return xdg != null && Path.of(xdg).isAbsolute()
        ? Path.of(xdg, "graft")
        : Path.of(System.getProperty("user.home"), ".cache", "graft");
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
