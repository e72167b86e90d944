package dev.graft.serve;

import dev.graft.TinyWorld;
import dev.graft.image.Preprocessing;
import dev.graft.model.Classifier;
import dev.graft.model.GraftConfig;
import dev.graft.model.Provenance;
import dev.graft.torch.Device;
import dev.graft.torch.Module;
import dev.graft.torch.Tensor;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;

/** Models whose answers are certain, and pictures for them. */
final class CertainModels {
  /** A name that would run if it were taken for HTML. */
  static final String SCRIPT = "<img src=x onerror=\"window.hacked=1\">";

  /** What a picture of red, of green and of blue shows; and names that are never the answer. */
  static final List<String> CLASSES =
      List.of("red", "green", SCRIPT, "10", "9", "__proto__", "a class with a very long name");

  /** Pixels of an image's side. */
  static final int SIDE = 64;

  private CertainModels() {}

  /** A picture that is half grey, half of this colour. */
  static Path image(Path file, Color color) throws IOException {
    var image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(Color.GRAY);
    graphics.fillRect(0, 0, SIDE, SIDE);
    graphics.setColor(color);
    graphics.fillRect(SIDE / 2, 0, SIDE / 2, SIDE);
    graphics.dispose();
    ImageIO.write(image, "png", file.toFile());
    return file;
  }

  /** A class's logit is how much more of its colour there is than of the others. */
  static Path colors(Path file) {
    float[] scaled = new float[3 * CLASSES.size()];
    scaled[0] = scaled[4] = scaled[8] = 3;
    try (Module network = TinyWorld.colors("features = torch.mean(torch.relu(map), [2, 3])");
        Classifier classifier = Classifier.graft(network, Device.CPU, config(CLASSES));
        Tensor weights = Tensor.copyOf(scaled, CLASSES.size(), 3);
        Tensor zeros = Tensor.copyOf(new float[CLASSES.size()], CLASSES.size())) {
      classifier.module().parameter("fc.weight").copyFrom(weights);
      classifier.module().parameter("fc.bias").copyFrom(zeros);
      classifier.save(file, Provenance.none());
      return file;
    }
  }

  /** A network without a feature map. */
  static Path flat(Path file) {
    try (Classifier classifier =
        Classifier.graft(TinyWorld.network("fc"), Device.CPU, config(List.of("left", "right")))) {
      classifier.save(file, Provenance.none());
      return file;
    }
  }

  private static GraftConfig config(List<String> classes) {
    var plain = new Preprocessing(SIDE, SIDE, List.of(0.5, 0.5, 0.5), List.of(0.25, 0.25, 0.25));
    return new GraftConfig(classes, plain, 1, null);
  }
}
