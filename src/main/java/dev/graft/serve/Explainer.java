package dev.graft.serve;

import dev.graft.explain.Explanation;
import dev.graft.explain.GradCam;
import dev.graft.model.ModelException;
import dev.graft.predict.PredictorConfig;
import dev.graft.weights.FileDigest;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Explains a model's answers. It loads what it needs for that when it is first asked. */
final class Explainer implements AutoCloseable {
  private static final Logger LOG = System.getLogger(Explainer.class.getName());

  private final Path file;
  private final PredictorConfig config;
  private @Nullable GradCam network;
  private boolean isRefused;
  private String version = "";
  private boolean closed;

  Explainer(Path file, PredictorConfig config) {
    this.file = file;
    this.config = config;
  }

  /**
   * Explains an image.
   *
   * @param wanted the version of the model that answers at present
   */
  synchronized Explanation explain(String wanted, byte[] image, @Nullable String label) {
    GradCam explaining = load(wanted);
    if (label != null && !explaining.card().classes().contains(label)) {
      throw new Problem(
          Problem.BAD_REQUEST,
          "The model has no such class; it has " + explaining.card().classes() + ".");
    }
    return explaining.explain(image, "the image", label);
  }

  /** Whether nothing speaks against explaining, as far as is known. */
  synchronized boolean isPossible(String wanted) {
    return !isRefused || !version.equals(wanted);
  }

  private GradCam load(String wanted) {
    if (closed) {
      throw new Problem(Problem.UNAVAILABLE, "The server stops.");
    }
    if (!version.equals(wanted)) {
      free();
      requireVersion(wanted);
      try {
        network = GradCam.load(file, config.device(), config.maxPixels());
      } catch (ModelException e) {
        LOG.log(Level.WARNING, e.getMessage());
        isRefused = true;
      }
      version = wanted;
    }
    if (network == null) {
      throw new Problem(
          Problem.BAD_REQUEST,
          "This model cannot be explained: its network has no feature map, a grid of positions that"
              + " decides the classes.");
    }
    return network;
  }

  /** Another model's explanation would be worse than none. */
  private void requireVersion(String wanted) {
    if (!FileDigest.sha256(file).startsWith(wanted)) {
      throw new Problem(
          Problem.UNAVAILABLE, "The model's file has changed since it was loaded; load it again.");
    }
  }

  private void free() {
    if (network != null) {
      network.close();
    }
    network = null;
    isRefused = false;
    version = "";
  }

  @Override
  public synchronized void close() {
    closed = true;
    free();
  }
}
