package dev.graft.train;

import dev.graft.data.DataSummary;
import dev.graft.data.UnreadableFile;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What happens during a run, in order; immutable. */
public sealed interface TrainingEvent {
  /**
   * Images are left out because they cannot be decoded.
   *
   * @param files which, and why
   */
  record ImagesSkipped(List<UnreadableFile> files) implements TrainingEvent {
    /**
     * Copies the list.
     *
     * @param files which, and why
     */
    public ImagesSkipped {
      files = List.copyOf(files);
    }
  }

  /**
   * Every file was read and decoded once.
   *
   * @param summary what the images are like, and what seems wrong with them
   */
  record DataChecked(DataSummary summary) implements TrainingEvent {}

  /**
   * What the network is shown of the first training images in the first epoch, before the channels
   * are normalised; without mixup and cutmix.
   *
   * @param views pictures of the network's input size
   */
  record ViewsDrawn(List<BufferedImage> views) implements TrainingEvent {
    /**
     * Copies the list.
     *
     * @param views pictures of the network's input size
     */
    public ViewsDrawn {
      views = List.copyOf(views);
    }
  }

  /**
   * The data and the model are ready.
   *
   * @param trainImages training images
   * @param valImages validation images
   * @param classes class names by index
   * @param trainable parameters that will be trained, counted in numbers
   * @param parameters parameters of the model, counted in numbers
   */
  record RunStarted(
      int trainImages, int valImages, List<String> classes, long trainable, long parameters)
      implements TrainingEvent {
    /**
     * Copies the names.
     *
     * @param trainImages training images
     * @param valImages validation images
     * @param classes class names by index
     * @param trainable parameters that will be trained, counted in numbers
     * @param parameters parameters of the model, counted in numbers
     */
    public RunStarted {
      classes = List.copyOf(classes);
    }
  }

  /**
   * The run goes on from a checkpoint.
   *
   * @param epoch under way, from 0
   * @param images how far into the epoch's order of images its training phase is
   * @param results the finished phases, in order
   * @param best the validation of the best epoch so far, or null if none was validated
   * @param problems newer checkpoints that could not be used, and why
   */
  record RunResumed(
      int epoch,
      int images,
      List<PhaseResult> results,
      @Nullable PhaseResult best,
      List<String> problems)
      implements TrainingEvent {
    /**
     * Copies the lists.
     *
     * @param epoch under way, from 0
     * @param images how far into the epoch's order of images its training phase is
     * @param results the finished phases, in order
     * @param best the validation of the best epoch so far, or null if none was validated
     * @param problems newer checkpoints that could not be used, and why
     */
    public RunResumed {
      results = List.copyOf(results);
      problems = List.copyOf(problems);
    }

    /**
     * Tells whether the training phase of the epoch under way is over.
     *
     * @return false if it has batches left
     */
    public boolean trained() {
      return !results.isEmpty() && results.get(results.size() - 1).phase() == Phase.TRAIN;
    }
  }

  /**
   * The images were decoded once, and as many were kept as there was room for.
   *
   * @param kept images that are not decoded again
   * @param images of all splits
   * @param bytes that they take
   * @param folder where they are; null if they are in memory
   * @param problem why there are not more, as a part of a sentence; null if it is for the limit
   */
  record ImagesKept(
      int kept, int images, long bytes, @Nullable Path folder, @Nullable String problem)
      implements TrainingEvent {}

  /**
   * A cache was asked for features that earlier runs computed.
   *
   * @param train training views that were found
   * @param trainViews training views of the run
   * @param val validation views that were found
   * @param valViews validation views of the run
   * @param folder the cache
   */
  record FeaturesFound(int train, int trainViews, int val, int valViews, Path folder)
      implements TrainingEvent {}

  /**
   * Something a person should know that does not stop the run.
   *
   * @param message a whole sentence
   */
  record Warning(String message) implements TrainingEvent {}

  /**
   * An epoch begins, or is gone on with.
   *
   * @param epoch from 0
   * @param epochs how many there will be
   */
  record EpochStarted(int epoch, int epochs) implements TrainingEvent {}

  /**
   * A batch is done; for progress.
   *
   * @param epoch from 0
   * @param phase the pass it belongs to
   * @param images done so far in this pass
   * @param total images of the pass
   * @param meanLoss of the images so far; 0 where the pass has no loss
   */
  record BatchFinished(int epoch, Phase phase, int images, int total, double meanLoss)
      implements TrainingEvent {}

  /**
   * A phase is done.
   *
   * @param result its numbers
   */
  record PhaseFinished(PhaseResult result) implements TrainingEvent {}

  /**
   * The epoch that ends has the best validation accuracy so far; its weights are in the model.
   *
   * @param validation its numbers
   * @param answers one for each validation image, in the data's order
   */
  record BestImproved(PhaseResult validation, List<Evaluation.Answer> answers)
      implements TrainingEvent {
    /**
     * Copies the list.
     *
     * @param validation its numbers
     * @param answers one for each validation image, in the data's order
     */
    public BestImproved {
      answers = List.copyOf(answers);
    }
  }

  /**
   * The training is over, the best weights are back in the model.
   *
   * @param result how it went
   */
  record RunFinished(TrainingResult result) implements TrainingEvent {}

  /**
   * The best weights were tried on the test images, which no decision depended on.
   *
   * @param evaluation answers, loss and what follows from them
   */
  record TestEvaluated(Evaluation evaluation) implements TrainingEvent {}

  /**
   * Everything that the run leaves is in its folder, which is still locked; the last event.
   *
   * @param result how it went
   */
  record RunRecorded(TrainingResult result) implements TrainingEvent {}
}
