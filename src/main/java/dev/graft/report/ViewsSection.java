package dev.graft.report;

import com.fasterxml.jackson.databind.JsonNode;
import dev.graft.train.RecordedRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What training shows the network. */
record ViewsSection(RecordedRun run) {
  void write(Markup page) throws IOException {
    Path sheet = run.files().views();
    if (!Files.isRegularFile(sheet)) {
      return;
    }
    page.open("section", "id", "views").element("h2", "Training views").open("figure");
    Picture.ofJpeg("The first training images as the network sees them", Files.readAllBytes(sheet))
        .write(page);
    page.element("figcaption", caption()).close().close();
  }

  private String caption() {
    JsonNode config = run.config();
    var caption = new StringBuilder();
    if (config.path("freeze").asText().equals("features")) {
      caption.append(
          Shown.format(
              "What the frozen backbone sees of the images that the first epoch begins with: %s of"
                  + " each image, the first unaugmented.",
              Shown.count(config.path("views").asInt(1), "fixed view", "fixed views")));
    } else {
      caption.append(
          "What the network sees of the images that the first epoch begins with, in their order:"
              + " cropped, mirrored and varied at random as the settings say, anew in each epoch.");
    }
    boolean mixup = config.path("mixup").asDouble() > 0;
    boolean cutmix = config.path("cutmix").asDouble() > 0;
    if (mixup || cutmix) {
      caption.append(
          Shown.format(
              " %s mixes them afterwards, which is not shown.",
              mixup && cutmix ? "Mixup or CutMix" : mixup ? "Mixup" : "CutMix"));
    }
    return caption.toString();
  }
}
