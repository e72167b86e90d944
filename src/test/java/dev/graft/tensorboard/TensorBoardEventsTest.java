package dev.graft.tensorboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.data.Sample;
import dev.graft.tensorboard.EventFileReader.Message;
import dev.graft.tensorboard.EventFileReader.Value;
import dev.graft.train.Evaluation;
import dev.graft.train.Evaluation.Answer;
import dev.graft.train.Phase;
import dev.graft.train.PhaseResult;
import dev.graft.train.RunFiles;
import dev.graft.train.TrainingEvent;
import dev.graft.train.TrainingResult;
import dev.graft.train.TrainingResult.Outcome;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TensorBoardEventsTest {
  private static final List<String> CLASSES = List.of("ants", "bees");
  private static final PhaseResult[] RESULTS = {
    new PhaseResult(0, Phase.TRAIN, 0.1 + 0.2, 2 / 3.0, 1e-3, 240, 7.0004),
    new PhaseResult(0, Phase.VAL, 1 / 3.0, 0.75, 1e-3, 4, 2),
    new PhaseResult(1, Phase.TRAIN, 0.1, 0.8, 1e-4, 240, 0.0001),
    new PhaseResult(1, Phase.VAL, 0.2, 0.5, 1e-4, 4, 2)
  };

  @TempDir Path folder;

  private static Answer answer(int label, int predicted) {
    return new Answer(new Sample(Path.of("a.jpg"), label), predicted, 0.75, 0.3, true);
  }

  private static final List<Answer> ANSWERS =
      List.of(answer(0, 0), answer(0, 0), answer(0, 1), answer(1, 1));

  private TensorBoardEvents events() {
    var events = new TensorBoardEvents(new RunFiles(folder), Map.of("epochs", 2));
    events.on(new TrainingEvent.RunStarted(240, 4, CLASSES, 1, 1));
    return events;
  }

  private static void epoch(TensorBoardEvents events, int epoch) {
    events.on(new TrainingEvent.EpochStarted(epoch, 2));
    events.on(new TrainingEvent.PhaseFinished(RESULTS[2 * epoch]));
    events.on(new TrainingEvent.PhaseFinished(RESULTS[2 * epoch + 1]));
    if (epoch == 0) {
      events.on(new TrainingEvent.BestImproved(RESULTS[1], ANSWERS));
    }
  }

  private static TrainingEvent finished(Outcome outcome) {
    return new TrainingEvent.RunFinished(new TrainingResult(outcome, 0, 0.75, 12, ""));
  }

  private Path file() throws IOException {
    assertThat(new RunFiles(folder).events()).hasSize(1);
    return new RunFiles(folder).events().get(0);
  }

  private Map<String, List<Value>> values() throws IOException {
    return EventFileReader.values(file()).stream()
        .collect(Collectors.groupingBy(Value::tag, LinkedHashMap::new, Collectors.toList()));
  }

  private static Map<Long, Float> scalars(List<Value> values) {
    return values.stream().collect(Collectors.toMap(Value::step, Value::scalar));
  }

  @Test
  void everyScalarIsTheResults_roundedTo32Bits_onceAnEpoch() throws IOException {
    TensorBoardEvents events = events();
    epoch(events, 0);
    epoch(events, 1);
    events.on(finished(Outcome.COMPLETED));
    events.on(new TrainingEvent.TestEvaluated(new Evaluation(CLASSES, 0.7, ANSWERS)));

    Map<String, List<Value>> values = values();
    assertThat(values)
        .containsOnlyKeys(
            "_hparams_/session_start_info",
            "_hparams_/session_end_info",
            "confusion_matrix/val",
            "loss/train",
            "loss/val",
            "acc/train",
            "acc/val",
            "acc/best",
            "acc/test",
            "loss/test",
            "lr",
            "images_per_second/train",
            "images_per_second/val");
    assertThat(scalars(values.get("loss/train")))
        .isEqualTo(Map.of(0L, (float) (0.1 + 0.2), 1L, (float) 0.1));
    assertThat(scalars(values.get("loss/val")))
        .isEqualTo(Map.of(0L, (float) (1 / 3.0), 1L, (float) 0.2));
    assertThat(scalars(values.get("acc/train")))
        .isEqualTo(Map.of(0L, (float) (2 / 3.0), 1L, (float) 0.8));
    assertThat(scalars(values.get("acc/val"))).isEqualTo(Map.of(0L, (float) 0.75, 1L, (float) 0.5));
    assertThat(scalars(values.get("lr"))).isEqualTo(Map.of(0L, (float) 1e-3, 1L, (float) 1e-4));
    assertThat(scalars(values.get("acc/best"))).isEqualTo(Map.of(0L, (float) 0.75));
    assertThat(scalars(values.get("acc/test"))).isEqualTo(Map.of(0L, (float) 0.75));
    assertThat(scalars(values.get("loss/test"))).isEqualTo(Map.of(0L, (float) 0.7));
    // Of metrics.jsonl's milliseconds; the second epoch's training took none.
    assertThat(scalars(values.get("images_per_second/train")))
        .isEqualTo(Map.of(0L, (float) (240 / 7.0)));
    assertThat(scalars(values.get("images_per_second/val")))
        .isEqualTo(Map.of(0L, (float) 2.0, 1L, (float) 2.0));
  }

  @Test
  void hparamsAreTheSettings_andHowTheRunEnded() throws IOException {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("lr", 0.001);
    settings.put("freeze-batchnorm", true);
    settings.put("optimizer", "sgd");
    settings.put("trainable", List.of("fc.*"));
    var events = new TensorBoardEvents(new RunFiles(folder), settings);
    epoch(events, 0);
    events.on(finished(Outcome.DIVERGED));

    Message start = plugin("_hparams_/session_start_info").message(3);
    Map<String, Object> found = new LinkedHashMap<>();
    for (Message entry : start.messages(1)) {
      Message value = entry.message(2);
      found.put(
          entry.text(1),
          value.has(2) ? value.real(2) : value.has(3) ? value.text(3) : value.integer(4) == 1);
    }
    settings.put("trainable", "[fc.*]");
    assertThat(found).containsExactlyEntriesOf(settings);
    assertThat(start.real(5)).isLessThanOrEqualTo(System.currentTimeMillis() / 1e3);
    assertThat(plugin("_hparams_/session_end_info").message(4).integer(1)).isEqualTo(2); // failed
  }

  private Message plugin(String tag) throws IOException {
    assertThat(values().get(tag)).hasSize(1);
    Value value = values().get(tag).get(0);
    assertThat(value.plugin()).isEqualTo("hparams");
    return value.content();
  }

  @Test
  void anInterruptedRunHasNoEnd() throws IOException {
    TensorBoardEvents events = events();
    epoch(events, 0);
    events.on(finished(Outcome.INTERRUPTED));
    assertThat(values()).doesNotContainKey("_hparams_/session_end_info");
  }

  @Test
  void picturesAreWhatTheNetworkSees_andTheBestEpochsConfusion() throws IOException {
    var view = new BufferedImage(5, 4, BufferedImage.TYPE_INT_RGB);
    view.setRGB(2, 1, 0x123456);
    TensorBoardEvents events = events();
    events.on(new TrainingEvent.ViewsDrawn(List.of(view, view)));
    epoch(events, 0);

    List<BufferedImage> views = pictures(values().get("views/train").get(0));
    assertThat(views).hasSize(2);
    assertThat(views.get(1).getRGB(2, 1) & 0xffffff).isEqualTo(0x123456);
    BufferedImage confusion = pictures(values().get("confusion_matrix/val").get(0)).get(0);
    assertThat(confusion.getWidth()).isBetween(2 * 40, 500);
  }

  private static List<BufferedImage> pictures(Value value) throws IOException {
    assertThat(value.plugin()).isEqualTo("images");
    assertThat(value.tensor().integer(1)).isEqualTo(7); // DT_STRING
    List<byte[]> strings = value.tensor().all(8).stream().map(bytes -> (byte[]) bytes).toList();
    List<BufferedImage> pictures = new java.util.ArrayList<>();
    for (byte[] png : strings.subList(2, strings.size())) {
      BufferedImage picture = ImageIO.read(new ByteArrayInputStream(png));
      assertThat(List.of(picture.getWidth(), picture.getHeight()))
          .extracting(String::valueOf)
          .containsExactly(text(strings.get(0)), text(strings.get(1)));
      pictures.add(picture);
    }
    return pictures;
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** Killed while it wrote of the second epoch, whose training the checkpoint knows. */
  @Test
  void aResumedRunHasEachEpochOnce_andKeepsThePicturesOfFinishedOnes() throws IOException {
    TensorBoardEvents killed = events();
    epoch(killed, 0);
    epoch(killed, 1);
    killed.on(new TrainingEvent.BestImproved(RESULTS[3], ANSWERS)); // of no use: it is done again
    Path before = file();
    byte[] confusion = values().get("confusion_matrix/val").get(0).tensor().bytes(2);
    Files.write(before, new byte[] {42, 0, 0, 0, 0, 0, 0, 0, 1}, StandardOpenOption.APPEND);

    TensorBoardEvents resumed = events();
    List<PhaseResult> done = List.of(RESULTS[0], RESULTS[1], RESULTS[2]);
    resumed.on(new TrainingEvent.RunResumed(1, 0, done, RESULTS[1], List.of()));
    assertThat(before).doesNotExist();
    resumed.on(new TrainingEvent.EpochStarted(1, 2));
    resumed.on(new TrainingEvent.PhaseFinished(RESULTS[3]));
    resumed.on(finished(Outcome.COMPLETED));

    Map<String, List<Value>> values = values();
    assertThat(scalars(values.get("loss/train")))
        .isEqualTo(Map.of(0L, (float) (0.1 + 0.2), 1L, (float) 0.1));
    assertThat(scalars(values.get("loss/val")))
        .isEqualTo(Map.of(0L, (float) (1 / 3.0), 1L, (float) 0.2));
    assertThat(scalars(values.get("acc/best"))).isEqualTo(Map.of(0L, (float) 0.75));
    assertThat(values.get("confusion_matrix/val")).hasSize(1);
    assertThat(values.get("confusion_matrix/val").get(0).tensor().bytes(2)).isEqualTo(confusion);
    assertThat(values.get("loss/val").get(1).wallTime())
        .isGreaterThanOrEqualTo(values.get("loss/val").get(0).wallTime());
  }

  @Test
  void aRunThatBeginsAgainReplacesTheFile() throws IOException {
    epoch(events(), 0);
    Path before = file();
    epoch(events(), 0);
    assertThat(file()).isNotEqualTo(before);
    assertThat(values().get("loss/val")).hasSize(1);
  }

  @Test
  void nothingIsWrittenBeforeTheFirstEpoch() throws IOException {
    TensorBoardEvents events = events();
    events.on(new TrainingEvent.ViewsDrawn(List.of()));
    assertThat(folder).isEmptyDirectory();
    events.on(finished(Outcome.INTERRUPTED));
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aFolderThatCannotBeWrittenIsNamed() throws IOException {
    TensorBoardEvents events = events();
    Files.delete(folder);
    assertThatThrownBy(() -> epoch(events, 0))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("Cannot write to " + folder);
    Files.createDirectory(folder);
  }

  @Test
  void theReadersChecksumIsTheStandards() {
    byte[] digits = "123456789".getBytes(StandardCharsets.US_ASCII);
    assertThat(EventFileReader.crc32c(digits)).isEqualTo(0xe3069283);
  }
}
