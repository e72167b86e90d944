package dev.graft.tensorboard;

import com.google.protobuf.ByteString;
import dev.graft.torch.IoProblem;
import dev.graft.train.Evaluation;
import dev.graft.train.Phase;
import dev.graft.train.PhaseResult;
import dev.graft.train.RunConfig;
import dev.graft.train.RunFiles;
import dev.graft.train.TrainingEvent;
import dev.graft.train.TrainingListener;
import dev.graft.train.TrainingResult;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes a run for TensorBoard into the run's folder, as {@code events.out.tfevents.*.graft}:
 * {@code tensorboard --logdir} with that folder, or with one that holds several runs', shows it.
 *
 * <p>A step is an epoch, from 0. Scalars are the numbers of {@code metrics.jsonl}, rounded to the
 * 32 bits that TensorBoard shows: {@code loss/train}, {@code loss/val}, {@code acc/train}, {@code
 * acc/val}, {@code lr}, {@code images_per_second/train} and {@code images_per_second/val}; {@code
 * acc/best} at each epoch that was better than all before; {@code acc/test} and {@code loss/test}
 * if there are test images. Images are what the network is shown in training, and the best epochs'
 * confusion matrices. The settings, and how the run ended, are in the HPARAMS tab.
 *
 * <p>Events are written as they come, so that TensorBoard can follow. A run that is resumed gets a
 * new file with each epoch once. Needs {@code com.google.protobuf:protobuf-javalite} on the class
 * path, an optional dependency of graft.
 */
public final class TensorBoardEvents implements TrainingListener {
  private static final String VIEWS = "views/train";
  private static final String VIEWS_ARE = "What the network is shown of the first training images.";
  private static final String CONFUSION = "confusion_matrix/val";
  private static final String CONFUSION_IS =
      "Validation images of each epoch that was better than all before. A row for each label, a"
          + " column for each answer; the darker, the larger the share of the label's images.";
  private static final String BEST = "acc/best";

  private final RunFiles files;
  private final HParams hparams;
  private List<String> classes = List.of();
  private List<BufferedImage> views = List.of();
  private @Nullable TensorBoardFile file;
  private int bestEpoch;

  /**
   * Prepares the events of a run; nothing is written before its first epoch.
   *
   * @param config of the run
   */
  public TensorBoardEvents(RunConfig config) {
    this(new RunFiles(config.out()), config.toMap());
  }

  TensorBoardEvents(RunFiles files, Map<String, Object> settings) {
    this.files = files;
    this.hparams = new HParams(settings);
  }

  @Override
  public void on(TrainingEvent event) {
    try {
      write(event);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot write to " + files.folder() + ": " + IoProblem.of(e), e);
    }
  }

  private void write(TrainingEvent event) throws IOException {
    if (event instanceof TrainingEvent.RunStarted started) {
      classes = started.classes();
    } else if (event instanceof TrainingEvent.ViewsDrawn drawn) {
      views = drawn.views();
      if (file != null) { // else the folder is not the run's yet
        append(views(now()));
      }
    } else if (event instanceof TrainingEvent.RunResumed resumed) {
      begin(resumed.results());
    } else if (event instanceof TrainingEvent.EpochStarted && file == null) {
      begin(List.of());
    } else if (event instanceof TrainingEvent.PhaseFinished finished) {
      append(scalars(now(), finished.result()));
    } else if (event instanceof TrainingEvent.BestImproved best) {
      append(best(now(), best.validation()));
      append(confusion(now(), best));
    } else if (event instanceof TrainingEvent.RunFinished finished) {
      end(finished.result());
    } else if (event instanceof TrainingEvent.TestEvaluated tested) {
      append(test(now(), tested.evaluation()));
    }
  }

  /** Makes a new file, with the phases that were finished before, and removes older ones. */
  private void begin(List<PhaseResult> finished) throws IOException {
    double time = now() - finished.stream().mapToDouble(PhaseResult::seconds).sum();
    List<ByteString> events = new ArrayList<>();
    events.add(TensorBoardSummary.fileVersion(time));
    events.add(hparams.sessionStart(time));
    events.addAll(views(time));
    double accuracy = -1;
    for (PhaseResult result : finished) {
      time += result.seconds();
      events.addAll(scalars(time, result));
      if (result.phase() == Phase.VAL && result.accuracy() > accuracy) {
        accuracy = result.accuracy();
        events.addAll(best(time, result));
      }
    }
    List<Path> earlier = files.events();
    events.addAll(pictures(earlier, finished));
    file = TensorBoardFile.create(files.folder(), (long) now());
    append(events);
    for (Path old : earlier) {
      Files.deleteIfExists(old);
    }
  }

  /** The confusion matrices of finished epochs, which only the earlier files have. */
  private static List<ByteString> pictures(List<Path> earlier, List<PhaseResult> finished)
      throws IOException {
    long validated = finished.stream().filter(result -> result.phase() == Phase.VAL).count();
    List<ByteString> events = new ArrayList<>();
    for (Path path : earlier) {
      for (ByteString event : new TensorBoardFile(path).read()) {
        long step = TensorBoardSummary.step(event, CONFUSION);
        if (step >= 0 && step < validated) {
          events.add(event);
        }
      }
    }
    return events;
  }

  private static List<ByteString> scalars(double time, PhaseResult result) {
    String phase = result.phase().label();
    int epoch = result.epoch();
    List<ByteString> events = new ArrayList<>();
    events.add(TensorBoardSummary.scalar(time, epoch, "loss/" + phase, result.loss()));
    events.add(TensorBoardSummary.scalar(time, epoch, "acc/" + phase, result.accuracy()));
    if (result.phase() == Phase.TRAIN) {
      events.add(TensorBoardSummary.scalar(time, epoch, "lr", result.lr()));
    }
    double seconds = result.roundedSeconds();
    if (seconds > 0) {
      events.add(
          TensorBoardSummary.scalar(
              time, epoch, "images_per_second/" + phase, result.images() / seconds));
    }
    return events;
  }

  private List<ByteString> best(double time, PhaseResult validation) {
    bestEpoch = validation.epoch();
    return List.of(TensorBoardSummary.scalar(time, bestEpoch, BEST, validation.accuracy()));
  }

  private List<ByteString> confusion(double time, TrainingEvent.BestImproved best)
      throws IOException {
    if (classes.isEmpty() || classes.size() > ConfusionPicture.MAX_CLASSES) {
      return List.of();
    }
    var evaluation = new Evaluation(classes, best.validation().loss(), best.answers());
    BufferedImage picture = ConfusionPicture.draw(classes, evaluation.confusion());
    return List.of(
        TensorBoardSummary.images(time, bestEpoch, CONFUSION, CONFUSION_IS, List.of(picture)));
  }

  private List<ByteString> views(double time) throws IOException {
    return views.isEmpty()
        ? List.of()
        : List.of(TensorBoardSummary.images(time, 0, VIEWS, VIEWS_ARE, views));
  }

  private List<ByteString> test(double time, Evaluation test) {
    return List.of(
        TensorBoardSummary.scalar(time, bestEpoch, "acc/test", test.accuracy()),
        TensorBoardSummary.scalar(time, bestEpoch, "loss/test", test.loss()));
  }

  /** An interrupted run is not over: it may be resumed. */
  private void end(TrainingResult result) throws IOException {
    if (result.outcome() != TrainingResult.Outcome.INTERRUPTED) {
      append(List.of(hparams.sessionEnd(now(), result.outcome())));
    }
  }

  private void append(List<ByteString> events) throws IOException {
    if (file != null) {
      file.append(events);
    }
  }

  /** Seconds since 1970, as TensorBoard counts. */
  private static double now() {
    Instant now = Instant.now();
    return now.getEpochSecond() + now.getNano() / 1e9;
  }
}
