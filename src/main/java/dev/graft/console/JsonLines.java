package dev.graft.console;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.train.Evaluation;
import dev.graft.train.Phase;
import dev.graft.train.PhaseResult;
import dev.graft.train.TrainingEvent;
import dev.graft.train.TrainingListener;
import dev.graft.train.TrainingResult;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Prints a run for programs: each event as one JSON object on a line of its own, as it comes.
 * {@code event} is its name, such as {@code phase_finished} for {@link
 * TrainingEvent.PhaseFinished}; the other fields are the event's, with the names that {@code
 * metrics.jsonl}, {@code data.json} and {@code summary.json} use. Pictures and the answers for
 * single images are left out: the run's folder has them.
 */
public final class JsonLines implements TrainingListener {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final PrintStream out;

  /**
   * Makes a printer.
   *
   * @param out where the lines go
   */
  public JsonLines(PrintStream out) {
    this.out = out;
  }

  @Override
  public void on(TrainingEvent event) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("event", name(event));
    about(event, line);
    try {
      out.print(JSON.writeValueAsString(line) + "\n");
      out.flush();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot write " + line + " as JSON", e);
    }
  }

  private static String name(TrainingEvent event) {
    return event
        .getClass()
        .getSimpleName()
        .replaceAll("(?<=[a-z])(?=[A-Z])", "_")
        .toLowerCase(Locale.ROOT);
  }

  private static void about(TrainingEvent event, Map<String, Object> line) {
    if (event instanceof TrainingEvent.RunResumed resumed) {
      line.put("epoch", resumed.epoch());
      line.put("images", resumed.images());
      line.put("results", resumed.results().stream().map(PhaseResult::toMap).toList());
      PhaseResult best = resumed.best();
      put(line, "best", best == null ? null : best.toMap());
      line.put("problems", resumed.problems());
    } else if (event instanceof TrainingEvent.EpochStarted started) {
      line.put("epoch", started.epoch());
      line.put("epochs", started.epochs());
    } else if (event instanceof TrainingEvent.BatchFinished batch) {
      line.put("epoch", batch.epoch());
      line.put("phase", batch.phase().label());
      line.put("images", batch.images());
      line.put("total", batch.total());
      if (batch.phase() != Phase.FEATURES) {
        line.put("loss", batch.meanLoss());
      }
    } else if (event instanceof TrainingEvent.PhaseFinished finished) {
      line.putAll(finished.result().toMap());
    } else if (event instanceof TrainingEvent.BestImproved best) {
      line.putAll(best.validation().toMap());
    } else if (event instanceof TrainingEvent.RunFinished finished) {
      TrainingResult result = finished.result();
      line.put("outcome", result.outcome().label());
      line.put("best_epoch", result.bestEpoch());
      line.put("best_val_acc", result.bestAccuracy());
      line.put("seconds", result.roundedSeconds());
      line.put("message", result.message());
    } else if (event instanceof TrainingEvent.TestEvaluated tested) {
      Evaluation test = tested.evaluation();
      line.put("test_acc", test.accuracy());
      line.put("test_loss", test.loss());
      line.put("images", test.answers().size());
    } else {
      aboutData(event, line);
    }
  }

  private static void aboutData(TrainingEvent event, Map<String, Object> line) {
    if (event instanceof TrainingEvent.ImagesSkipped skipped) {
      line.put(
          "files",
          skipped.files().stream()
              .map(file -> Map.of("file", file.path().toString(), "reason", file.reason()))
              .toList());
    } else if (event instanceof TrainingEvent.DataChecked checked) {
      line.put("data", checked.summary());
    } else if (event instanceof TrainingEvent.ViewsDrawn drawn) {
      line.put("views", drawn.views().size());
    } else if (event instanceof TrainingEvent.RunStarted run) {
      line.put("train_images", run.trainImages());
      line.put("val_images", run.valImages());
      line.put("classes", run.classes());
      line.put("trainable", run.trainable());
      line.put("parameters", run.parameters());
    } else if (event instanceof TrainingEvent.ImagesKept kept) {
      line.put("kept", kept.kept());
      line.put("images", kept.images());
      line.put("bytes", kept.bytes());
      put(line, "folder", kept.folder());
      put(line, "problem", kept.problem());
    } else if (event instanceof TrainingEvent.FeaturesFound found) {
      line.put("train", found.train());
      line.put("train_views", found.trainViews());
      line.put("val", found.val());
      line.put("val_views", found.valViews());
      line.put("folder", found.folder().toString());
    } else if (event instanceof TrainingEvent.Warning warning) {
      line.put("message", warning.message());
    }
  }

  /** A field that is left out where there is nothing to say. */
  private static void put(Map<String, Object> line, String name, @Nullable Object value) {
    if (value != null) {
      line.put(
          name, value instanceof List<?> || value instanceof Map<?, ?> ? value : value.toString());
    }
  }
}
