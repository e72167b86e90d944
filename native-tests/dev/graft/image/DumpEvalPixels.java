package dev.graft.image;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Writes the 224 x 224 RGB bytes of the evaluation preset for each file named on standard input, to
 * 0.rgb, 1.rgb ... in the folder given; for scripts/compare-eval-preset.py.
 */
final class DumpEvalPixels {
  private DumpEvalPixels() {}

  public static void main(String[] arguments) throws IOException {
    Preprocessing preprocessing = Preprocessing.imagenet(224);
    List<String> files =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))
            .lines()
            .toList();
    SplittableRandom unused = new SplittableRandom(0);
    try (ImagePipeline pipeline =
        new ImagePipeline(preprocessing, preprocessing.evalTransforms())) {
      for (int i = 0; i < files.size(); i++) {
        PixelImage image = pipeline.pixels(Path.of(files.get(i)), unused);
        try (OutputStream out = Files.newOutputStream(Path.of(arguments[0], i + ".rgb"))) {
          out.write(image.pixels(), 0, preprocessing.floats());
        }
      }
    }
  }
}
