package dev.graft.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.graft.data.DataSummary;
import dev.graft.torch.AtomicFile;
import dev.graft.torch.IoProblem;
import dev.graft.train.RunConfig.Existing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes the files of a run that {@link RunFiles} names, {@code summary.json} once it is over. Each
 * is written whole beside its target and renamed, so a reader never sees half a file.
 */
public final class RunFolder implements TrainingListener, AutoCloseable {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
  private static final ObjectMapper JSON_LINE = new ObjectMapper();

  private final RunFiles files;
  private final Existing existing;
  private final StringBuilder metrics = new StringBuilder();
  private List<String> classes = List.of();
  private @Nullable DataSummary data;
  private @Nullable RunLock lock;

  private RunFolder(RunFiles files, Existing existing) {
    this.files = files;
    this.existing = existing;
  }

  /**
   * Checks that a run may be written to a folder. Writes nothing there; what a run that is over
   * left, because it was killed at its very end, is removed.
   *
   * @param folder need not exist
   * @param existing what to do with a run that is there already
   * @return the folder
   * @throws RunException if it is a file, cannot be written, or holds a run that must stay, is over
   *     or cannot be gone on with
   */
  public static RunFolder claim(Path folder, Existing existing) {
    requireWritable(folder);
    var run = new RunFolder(new RunFiles(folder), existing);
    try {
      run.requireUsable();
    } catch (IOException e) {
      throw new RunException("Cannot read " + folder + ": " + e.getMessage() + ".");
    }
    return run;
  }

  private static void requireWritable(Path folder) {
    Path there = folder.toAbsolutePath();
    while (there != null && !Files.exists(there)) {
      there = there.getParent();
    }
    if (Files.isSymbolicLink(folder) && Files.notExists(folder)) {
      throw new RunException(folder + " is a link to nothing. Give --out a folder.");
    }
    if (there != null && !Files.isDirectory(there)) {
      throw new RunException(there + " is a file. Give --out a folder.");
    }
    if (there == null || !Files.isWritable(there)) {
      throw new RunException("Cannot write to " + there + ". Pass an --out that you may write to.");
    }
  }

  private void requireUsable() throws IOException {
    List<String> present = files.present();
    if (existing == Existing.OVERWRITE || present.isEmpty()) {
      return;
    }
    String holds = files.folder() + " holds a run already (" + String.join(", ", present) + ")";
    if (existing == Existing.REFUSE) {
      throw new RunException(
          holds + ". Pass --resume to go on with it, --overwrite to replace it, or another --out.");
    }
    if (Files.exists(files.summary())) {
      if (lock == null) {
        try (RunLock mine = RunLock.take(files.folder())) { // not while it is just ending
          files.removeLeftovers();
          files.deleteCheckpoints();
        }
      }
      throw new RunException(
          "The run in "
              + files.folder()
              + " is over: "
              + files.summary()
              + " says how it ended. Start a new one from its model.pt, with --weights "
              + files.model()
              + " and another --out.");
    }
    if (!Files.exists(files.config())) {
      throw new RunException(
          holds
              + ", but its config.json is missing, so it cannot be gone on with. Pass --overwrite"
              + " to replace it, or another --out.");
    }
    if (files.beyondFirstEpoch() && !files.hasCheckpoint()) {
      throw new RunException(
          holds
              + ", but no checkpoint to go on from: it was run with --checkpoints 0, or they were"
              + " deleted. Pass --overwrite to begin again, or another --out.");
    }
  }

  /**
   * Returns where the trained classifier goes.
   *
   * @return {@code model.pt} in the folder
   */
  public Path model() {
    return files.model();
  }

  /**
   * Returns where the run's state is kept.
   *
   * @return {@code checkpoints} in the folder
   */
  public Path checkpoints() {
    return files.checkpoints();
  }

  /**
   * Checks that the weights to start from are not what the run writes: they would be lost, and the
   * run could not be resumed.
   *
   * @throws RunException if they are
   */
  void requireNotModel(Path weights) {
    try {
      if (Files.exists(files.model()) && Files.isSameFile(weights, files.model())) {
        throw new RunException(
            weights
                + " is where this run saves its own model. Give another --out, or start from a copy"
                + " of the file.");
      }
    } catch (IOException e) {
      return; // whoever reads the weights says what is wrong with them
    }
  }

  private boolean resumes() {
    return existing == Existing.RESUME && Files.exists(files.config());
  }

  /**
   * Checks that the run that is resumed is this one; does nothing for a new one.
   *
   * @param description the settings and digests of the run that is about to begin
   * @return why it may end in other bits than without the interruption; usually empty
   * @throws RunException if the run in the folder has others; each difference is named
   */
  List<String> requireSameRun(Map<String, Object> description) {
    if (!resumes()) {
      return List.of();
    }
    try {
      JsonNode then = JSON.readTree(files.config().toFile());
      if (!then.has("weights-sha256")) {
        throw new IOException("it does not describe a run");
      }
      var comparison = new RunComparison(then, JSON.readTree(JSON.writeValueAsString(description)));
      if (!comparison.different().isEmpty()) {
        throw new RunException(
            "Cannot resume the run in "
                + files.folder()
                + ", it is another one: "
                + String.join("; ", comparison.different())
                + ". Give the settings, data and weights that it began with, or another --out; or pass"
                + " --overwrite to begin again.");
      }
      return comparison.notes();
    } catch (IOException e) {
      String why =
          e instanceof JsonProcessingException json ? json.getOriginalMessage() : e.getMessage();
      throw new RunException(
          "Cannot resume the run in "
              + files.folder()
              + ": its config.json is damaged ("
              + why
              + "). Restore it, or pass --overwrite to begin again.");
    }
  }

  /**
   * Creates the folder and takes its lock; describes a new run in it.
   *
   * @throws RunException if another process writes there, or a run came there since {@link #claim}
   */
  void begin(Map<String, Object> description) {
    try {
      Files.createDirectories(files.folder());
      lock = RunLock.take(files.folder());
      requireUsable();
      requireSameRun(description);
      files.removeLeftovers();
      if (!resumes()) {
        // In an order that leaves a run that can be resumed, this or the old one, if it is killed.
        AtomicFile.writeString(files.metrics(), "");
        files.deleteResults();
        files.deleteCheckpoints();
        AtomicFile.writeString(files.config(), JSON.writeValueAsString(description) + "\n");
      }
      if (data != null) {
        AtomicFile.writeString(files.data(), JSON.writeValueAsString(data) + "\n");
      }
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /**
   * Adds finished phases to {@code metrics.jsonl}, after those that a checkpoint knows, and keeps
   * the answers of the best epoch.
   */
  @Override
  public void on(TrainingEvent event) {
    try {
      if (event instanceof TrainingEvent.RunResumed resumed) {
        for (PhaseResult result : resumed.results()) {
          metrics.append(JSON_LINE.writeValueAsString(result.toMap())).append('\n');
        }
      } else if (event instanceof TrainingEvent.PhaseFinished finished) {
        metrics.append(JSON_LINE.writeValueAsString(finished.result().toMap())).append('\n');
        AtomicFile.writeString(files.metrics(), metrics.toString());
      } else if (event instanceof TrainingEvent.DataChecked checked) {
        data = checked.summary();
      } else if (event instanceof TrainingEvent.RunStarted started) {
        classes = started.classes();
      } else if (event instanceof TrainingEvent.BestImproved best) {
        AnswersFile.write(files.validation(), classes, best.answers());
      } else if (event instanceof TrainingEvent.TestEvaluated tested) {
        AnswersFile.write(files.test(), classes, tested.evaluation().answers());
      } else if (event instanceof TrainingEvent.ViewsDrawn drawn) {
        byte[] sheet = ViewsSheet.jpeg(drawn.views());
        AtomicFile.writeStream(files.views(), out -> out.write(sheet));
      }
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /** Says how the run ended; from then on it cannot be resumed, and its checkpoints are removed. */
  void end(Map<String, Object> summary) {
    try {
      AtomicFile.writeString(files.metrics(), metrics.toString());
      AtomicFile.writeString(files.summary(), JSON.writeValueAsString(summary) + "\n");
      files.deleteCheckpoints();
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /** Lets another process write to the folder. */
  @Override
  public void close() {
    try {
      if (lock != null) {
        lock.close();
      }
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private UncheckedIOException failed(IOException e) {
    return new UncheckedIOException(
        "Cannot write to " + files.folder() + ": " + IoProblem.of(e), e);
  }
}
