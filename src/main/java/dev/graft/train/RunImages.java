package dev.graft.train;

import dev.graft.data.CacheRoom;
import dev.graft.data.CheckedFolders;
import dev.graft.data.DataLoader;
import dev.graft.data.DatasetCheck;
import dev.graft.data.FirstViews;
import dev.graft.data.ImageFolder;
import dev.graft.data.ImageFolders;
import dev.graft.data.PixelCache;
import dev.graft.data.Shard;
import dev.graft.image.Preprocessing;
import dev.graft.model.Freeze;
import dev.graft.torch.IoProblem;
import dev.graft.torch.Printable;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A run's images: checked, kept decoded as far as that is asked for, and served in batches. */
final class RunImages implements AutoCloseable {
  private static final int SHOWN_VIEWS = 12;

  private final RunConfig config;
  private final PixelCache pixels;
  private final CheckedFolders checked;

  private RunImages(RunConfig config, PixelCache pixels, CheckedFolders checked) {
    this.config = config;
    this.pixels = pixels;
    this.checked = checked;
  }

  /** Reads and decodes every file once; {@code sharers} processes of this machine do. */
  static RunImages check(
      RunConfig config, TrainingListener listener, BooleanSupplier stop, int sharers) {
    ImageFolders data = open(config);
    PixelCache pixels = cache(config, listener, sharers);
    try {
      Integer bound = config.data().cache().bound();
      CheckedFolders checked =
          new DatasetCheck(
                  Math.max(1, config.loader().workers()),
                  config.data().skipUnreadable(),
                  config.model().imageSize())
              .run(data, stop, pixels, bound == null ? Integer.MAX_VALUE : bound);
      if (!checked.unreadable().isEmpty()) {
        listener.on(new TrainingEvent.ImagesSkipped(checked.unreadable()));
      }
      listener.on(new TrainingEvent.DataChecked(checked.summary()));
      var images = new RunImages(config, pixels, checked);
      if (keepsPixels(config)) {
        images.tell(listener);
      }
      return images;
    } catch (Throwable e) {
      pixels.close();
      throw e;
    }
  }

  private static ImageFolders open(RunConfig config) {
    Double share = config.data().valSplit();
    return share == null
        ? ImageFolders.open(config.data().path())
        : ImageFolders.split(config.data().path(), share, config.loader().seed());
  }

  /** Features are kept instead where they are all that is needed of an image. */
  private static boolean keepsPixels(RunConfig config) {
    return config.data().cache().mode() != CacheConfig.Mode.OFF
        && config.model().freezing().policy() != Freeze.FEATURES;
  }

  private static PixelCache cache(RunConfig config, TrainingListener listener, int sharers) {
    CacheConfig cache = config.data().cache();
    if (!keepsPixels(config)) {
      return PixelCache.off();
    }
    Path folder = cache.folder();
    Long limit = cache.limit();
    if (folder == null) {
      return PixelCache.memory(CacheRoom.memory(limit, loaderBytes(config), sharers));
    }
    try {
      return PixelCache.disk(folder, CacheRoom.disk(folder, limit, sharers));
    } catch (IOException e) {
      listener.on(
          new TrainingEvent.Warning(
              "Cannot keep decoded images: "
                  + Printable.message(IoProblem.of(e))
                  + ". The run goes on without; pass another --cache-dir."));
      return PixelCache.off();
    }
  }

  /** What the loaders of training and validation take outside the heap. */
  private static long loaderBytes(RunConfig config) {
    int side = config.model().imageSize();
    long image = 3L * side * side * Float.BYTES;
    int batch = config.loader().batchSize();
    return image
        * (batch + config.loader().forEvaluation().batchSize())
        * (config.loader().prefetch() + 1);
  }

  private void tell(TrainingListener listener) {
    ImageFolders data = checked.data();
    int images =
        data.train().size() + data.val().size() + data.test().map(ImageFolder::size).orElse(0);
    int kept = Math.min(pixels.size(), images);
    @Nullable String problem = pixels.problem().map(Printable::message).orElse(null);
    if (problem == null && kept < images) {
      problem = capped(config.data().cache());
    }
    listener.on(
        new TrainingEvent.ImagesKept(
            kept, images, pixels.bytes(), config.data().cache().folder(), problem));
  }

  private String capped(CacheConfig cache) {
    return "it may take %,d MiB, the least of --cache-limit and %s"
        .formatted(
            pixels.limit() >> 20,
            cache.mode() == CacheConfig.Mode.RAM
                ? "what -XX:MaxDirectMemorySize and half of the free memory leave"
                : "half of what is free there");
  }

  CheckedFolders checked() {
    return checked;
  }

  DataLoader trainLoader(Preprocessing preprocessing, Shard shard) {
    return new DataLoader(
        checked.data().train(),
        preprocessing,
        config.data().trainTransforms(preprocessing),
        DataLoader.Mode.TRAIN,
        config.loader(),
        pixels,
        shard);
  }

  /** What the network, or its backbone, is shown of the first training images. */
  List<BufferedImage> firstViews(Preprocessing preprocessing) {
    var first = new FirstViews(checked.data().train(), config.loader(), SHOWN_VIEWS);
    return config.model().freezing().policy() == Freeze.FEATURES
        ? first.fixed(config.featureViews(preprocessing))
        : first.augmented(preprocessing, config.data().trainTransforms(preprocessing), pixels);
  }

  DataLoader evalLoader(ImageFolder images, Preprocessing preprocessing, Shard shard) {
    return new DataLoader(
        images,
        preprocessing,
        preprocessing.evalTransforms(),
        DataLoader.Mode.EVAL,
        config.loader().forEvaluation(),
        pixels,
        shard);
  }

  /** Forgets the decoded images. */
  @Override
  public void close() {
    pixels.close();
  }
}
