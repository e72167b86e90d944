package dev.graft.report;

import dev.graft.image.ImageException;
import dev.graft.image.ImagePipeline;
import dev.graft.image.Preprocessing;
import dev.graft.torch.NativeRuntime;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;

/** What the network sees of images in evaluation, without explanations. */
final class PlainPictures implements Pictures {
  private final ImagePipeline pipeline;
  private final FloatBuffer scratch;
  private final String note;

  /**
   * Takes native memory until it is closed.
   *
   * @param note why nothing is explained
   */
  PlainPictures(Preprocessing preprocessing, String note) {
    NativeRuntime.load(); // sets JavaCPP's limits before OpenCV makes JavaCPP read them
    this.pipeline = new ImagePipeline(preprocessing, preprocessing.evalTransforms());
    this.scratch = FloatBuffer.allocate(preprocessing.floats());
    this.note = note;
  }

  @Override
  public List<Picture> of(Path file, List<String> labels) {
    try {
      pipeline.load(file, new SplittableRandom(0), scratch, 0);
      return List.of(Picture.of(SEEN, pipeline.pixels().toBufferedImage()));
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
    pipeline.close();
  }
}
