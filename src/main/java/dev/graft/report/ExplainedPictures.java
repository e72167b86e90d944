package dev.graft.report;

import dev.graft.explain.Explanation;
import dev.graft.explain.GradCam;
import dev.graft.image.ImageException;
import dev.graft.image.Preprocessing;
import dev.graft.model.Card;
import dev.graft.model.ModelException;
import dev.graft.torch.Device;
import dev.graft.torch.TorchException;
import dev.graft.train.RecordedRun;
import dev.graft.weights.WeightsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What the network sees of images, with Grad-CAM's heat maps over it. */
final class ExplainedPictures implements Pictures {
  private final GradCam cam;

  private ExplainedPictures(GradCam cam) {
    this.cam = cam;
  }

  /**
   * Opens what shows a run's images: explained by its model, which is loaded on the CPU, or plain
   * where there is none, it cannot be explained, or that is not asked for.
   */
  static Pictures open(RecordedRun run, boolean explain) {
    Path model = run.files().model();
    int size = run.config().path("image-size").asInt(224);
    Preprocessing usual = Preprocessing.imagenet(Math.max(1, size));
    if (run.best().isEmpty()) { // an overwritten run's model may still be there
      return new PlainPictures(usual, "There are no heat maps: no epoch was validated.");
    } else if (!Files.exists(model)) {
      return new PlainPictures(usual, "There are no heat maps: " + model + " is not there.");
    }
    try {
      Card card = Card.read(model);
      if (!explain) {
        return new PlainPictures(
            card.preprocessing(), "Heat maps are drawn when the run has ended.");
      } else if (!card.classes().equals(run.classes())) {
        return new PlainPictures(
            usual, "There are no heat maps: " + model + " is of other classes than the run.");
      }
      return new ExplainedPictures(GradCam.load(model, Device.CPU));
    } catch (ModelException | WeightsException | TorchException e) {
      return new PlainPictures(usual, "There are no heat maps. " + e.getMessage());
    }
  }

  @Override
  public List<Picture> of(Path file, List<String> labels) {
    List<Picture> pictures = new ArrayList<>();
    try {
      if (labels.isEmpty()) {
        return List.of(crop(cam.explain(file, null)));
      }
      for (String label : labels) {
        Explanation explanation = cam.explain(file, label);
        if (pictures.isEmpty()) {
          pictures.add(crop(explanation));
        }
        pictures.add(Picture.of("What speaks for " + label, explanation.overlay()));
      }
    } catch (ImageException e) {
      return List.of(); // the page says so
    } catch (ModelException | TorchException e) {
      return List.copyOf(pictures); // what could be drawn before
    }
    return List.copyOf(pictures);
  }

  private static Picture crop(Explanation explanation) {
    return Picture.of(SEEN, explanation.crop());
  }

  @Override
  public String note() {
    return "";
  }

  @Override
  public void close() {
    cam.close();
  }
}
