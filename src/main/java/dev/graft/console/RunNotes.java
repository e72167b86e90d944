package dev.graft.console;

import dev.graft.data.DataFinding;
import dev.graft.data.DataSummary;
import dev.graft.torch.Printable;
import dev.graft.train.TrainingEvent;
import dev.graft.train.TrainingListener;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Says what a run works on and what it leaves out; for stderr. */
public final class RunNotes implements TrainingListener {
  private static final int MAX_LISTED = 20;

  private final PrintStream err;

  /**
   * Makes a printer.
   *
   * @param err where the notes go
   */
  public RunNotes(PrintStream err) {
    this.err = err;
  }

  @Override
  public void on(TrainingEvent event) {
    if (event instanceof TrainingEvent.ImagesSkipped skipped) {
      int count = skipped.files().size();
      err.println("Leaving out " + count + (count == 1 ? " image:" : " images:"));
      skipped.files().stream()
          .limit(MAX_LISTED)
          .forEach(
              file ->
                  err.println(
                      "  " + Printable.message(file.path().toString()) + ": " + file.reason()));
      if (count > MAX_LISTED) {
        err.println("  … and " + (count - MAX_LISTED) + " more");
      }
    } else if (event instanceof TrainingEvent.DataChecked checked) {
      note(checked.summary());
    } else if (event instanceof TrainingEvent.RunStarted run) {
      err.printf(
          Locale.ROOT,
          "%d training and %d validation images in %d classes: %s%n",
          run.trainImages(),
          run.valImages(),
          run.classes().size(),
          run.classes().stream()
              .limit(MAX_LISTED)
              .map(Printable::of)
              .collect(Collectors.joining(", ")));
      err.printf(
          Locale.ROOT, "Training %,d of %,d parameters%n%n", run.trainable(), run.parameters());
    } else if (event instanceof TrainingEvent.RunResumed resumed) {
      resumed.problems().forEach(problem -> err.println("Left out a checkpoint: " + problem));
      err.printf(
          Locale.ROOT,
          "Going on in epoch %d, %s%n%n",
          resumed.epoch(),
          resumed.trained()
              ? "with its validation"
              : "after " + resumed.images() + " training images");
    } else if (event instanceof TrainingEvent.ImagesKept kept) {
      err.printf(
          Locale.ROOT,
          "Keeping %d of %d decoded images, %,d MiB, in %s%s%n",
          kept.kept(),
          kept.images(),
          kept.bytes() >> 20,
          kept.folder() == null ? "memory" : kept.folder(),
          kept.problem() == null ? "" : "; there is no room for more: " + kept.problem());
    } else if (event instanceof TrainingEvent.FeaturesFound found) {
      err.printf(
          Locale.ROOT,
          "Features of %d of %d training views and %d of %d validation views were taken from %s%n%n",
          found.train(),
          found.trainViews(),
          found.val(),
          found.valViews(),
          found.folder());
    } else if (event instanceof TrainingEvent.Warning warning) {
      err.println("Note: " + Printable.message(warning.message()));
    }
    err.flush();
  }

  private void note(DataSummary data) {
    List<DataFinding> grave =
        data.findings().stream().filter(finding -> finding.kind().isGrave()).toList();
    if (!grave.isEmpty()) {
      err.println(
          "Note: some images are in several splits or classes, so the accuracy cannot be trusted ("
              + grave.size()
              + (grave.size() == 1 ? " finding" : " findings")
              + "; graft check lists them). "
              + Printable.message(grave.get(0).message()));
    }
  }
}
