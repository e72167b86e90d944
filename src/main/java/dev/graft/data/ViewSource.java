package dev.graft.data;

import dev.graft.image.ImagePipeline;
import dev.graft.torch.Sha256;
import java.nio.FloatBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.SplittableRandom;
import java.util.function.IntUnaryOperator;

/**
 * Loads views of images and notes the SHA-256 of the very bytes that each was made of, so that what
 * is computed of a view is never kept under the name of another file's.
 */
final class ViewSource implements SampleSource {
  private final ImagePipeline pipeline;
  private final FeatureViews views;
  private final IntUnaryOperator view;
  private final String[] contents;
  private final MessageDigest sha256 = Sha256.begin();

  /**
   * Takes ownership of the pipeline.
   *
   * @param view the view that a sample's index stands for
   * @param contents takes the SHA-256 of each sample's file, at its index
   */
  ViewSource(ImagePipeline pipeline, FeatureViews views, IntUnaryOperator view, String[] contents) {
    this.pipeline = pipeline;
    this.views = views;
    this.view = view;
    this.contents = contents;
  }

  @Override
  public void load(int index, Sample sample, SplittableRandom random, FloatBuffer out, int offset) {
    byte[] bytes = pipeline.read(sample.path());
    String content = HexFormat.of().formatHex(sha256.digest(bytes));
    contents[index] = content;
    SplittableRandom drawn = views.random(view.applyAsInt(index), content);
    pipeline.load(bytes, sample.path().toString(), drawn, out, offset);
  }

  @Override
  public void close() {
    pipeline.close();
  }
}
