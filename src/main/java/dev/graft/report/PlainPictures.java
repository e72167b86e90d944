package dev.graft.report;

import dev.graft.image.ImageException;
import dev.graft.image.ImagePipeline;
import dev.graft.image.Preprocessing;
import dev.graft.torch.NativeRuntime;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** What the network sees of images in evaluation, without explanations. */
final class PlainPictures implements Pictures {
  private final Preprocessing preprocessing;
  private final FloatBuffer scratch;
  private final String note;
  private @Nullable ImagePipeline pipeline;

  /**
   * Takes native memory from the first picture until it is closed.
   *
   * @param note why nothing is explained
   */
  PlainPictures(Preprocessing preprocessing, String note) {
    this.preprocessing = preprocessing;
    this.scratch = FloatBuffer.allocate(preprocessing.floats());
    this.note = note;
  }

  @Override
  public List<Picture> of(Path file, List<String> labels) {
    ImagePipeline open = pipeline;
    if (open == null) {
      NativeRuntime.load(); // sets JavaCPP's limits before OpenCV makes JavaCPP read them
      open = new ImagePipeline(preprocessing, preprocessing.evalTransforms());
      pipeline = open;
    }
    try {
      open.load(file, new SplittableRandom(0), scratch, 0);
      return List.of(Picture.of(SEEN, open.pixels().toBufferedImage()));
    } catch (ImageException e) {
      return List.of(); // the page says so
    }
  }

  @Override
  public String note() {
    return note;
  }

  @Override
  public void close() {
    if (pipeline != null) {
      pipeline.close();
    }
  }
}
