package dev.graft.predict;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PredictionEventNativeTest {
  @Test
  void flightRecorderHasAnEventForEachAnswer(@TempDir Path folder) throws Exception {
    Path model = Served.model(folder.resolve("model.pt"), 32, 1, List.of("a", "b"));
    ImageSource image = Served.drawn(1, 48, 40, "png").encoded();
    Path file = folder.resolve("predictions.jfr");
    String version;
    try (Predictor predictor = Predictor.load(model, PredictorConfig.defaults());
        var recording = new Recording()) {
      recording.enable("dev.graft.Prediction");
      recording.start();
      version = predictor.version();
      predictor.predictAll(List.of(image, image, image));
      predictor.close(); // the workers have told of all
      recording.stop();
      recording.dump(file);
    }
    List<RecordedEvent> events =
        RecordingFile.readAllEvents(file).stream()
            .filter(event -> event.getEventType().getName().equals("dev.graft.Prediction"))
            .toList();
    assertThat(events).hasSize(3);
    assertThat(events)
        .allSatisfy(
            event -> {
              assertThat(event.getString("version")).isEqualTo(version);
              assertThat(event.getDuration("forward")).isPositive();
              assertThat(event.getDuration("decode"))
                  .isBetween(Duration.ZERO, Duration.ofMinutes(1));
              assertThat(event.getInt("batch")).isBetween(1, 3);
            });
  }
}
