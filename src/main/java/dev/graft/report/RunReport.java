package dev.graft.report;

import dev.graft.torch.AtomicFile;
import dev.graft.train.Evaluation;
import dev.graft.train.RecordedRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * All of a run on one page that needs nothing but itself, {@code report.html}. It follows from the
 * run's folder, and from its images and model as far as they are still there.
 */
public final class RunReport {
  /** How far a run is when its report is written. */
  enum Moment {
    /** An open page loads itself again; heat maps would take too long. */
    UNDER_WAY,
    /** Everything is there that will be, if the run is not resumed. */
    ENDED
  }

  private final RecordedRun run;
  private final Moment moment;
  private final String status;

  RunReport(RecordedRun run, Moment moment, String status) {
    this.run = run;
    this.moment = moment;
    this.status = status;
  }

  /**
   * Writes the report of what a folder holds, with heat maps.
   *
   * @param folder that {@code graft train} wrote
   * @return the file: {@code report.html} in it
   * @throws dev.graft.train.RunException if the folder holds no run, or a file of it is damaged
   * @throws IOException if the report cannot be written
   */
  public static Path rebuild(Path folder) throws IOException {
    RecordedRun run = RecordedRun.read(folder);
    String status =
        run.summary()
            .map(summary -> "Ended: " + summary.path("outcome").asText().replace('_', ' ') + ".")
            .orElse("Not over: it is under way, was stopped or broke off.");
    new RunReport(run, Moment.ENDED, status).write();
    return run.files().report();
  }

  /** Writes the file, whole or not at all. */
  void write() throws IOException {
    try (Pictures pictures = ExplainedPictures.open(run, moment == Moment.ENDED)) {
      AtomicFile.writeString(run.files().report(), html(pictures));
    }
  }

  String html(Pictures pictures) throws IOException {
    return HtmlPage.of(
        "graft · " + name(), moment == Moment.UNDER_WAY, page -> body(page, pictures));
  }

  private String name() {
    return String.valueOf(run.files().folder().toAbsolutePath().normalize().getFileName());
  }

  private static void answers(
      Markup page, String id, String title, Optional<Evaluation> evaluation) {
    evaluation.ifPresent(found -> new AnswersSection(id, title, found).write(page));
  }

  /** Links to the sections, for a reader on a screen. */
  private void contents(Markup page) {
    Map<String, Boolean> sections = new LinkedHashMap<>();
    sections.put("curves", true);
    sections.put("test", run.test().isPresent());
    sections.put("validation", run.validation().isPresent());
    sections.put("hard", run.validation().isPresent());
    sections.put("views", Files.isRegularFile(run.files().views()));
    sections.put("data", run.data().isPresent());
    sections.put("repeat", true);
    sections.put("provenance", true);
    sections.put("settings", true);
    page.open("nav");
    sections.forEach(
        (id, there) -> {
          if (there) {
            page.element("a", id.equals("hard") ? "hardest images" : id, "href", "#" + id);
          }
        });
    page.close();
  }

  private void body(Markup page, Pictures pictures) throws IOException {
    page.open("header").element("h1", name());
    page.element("p", status, "class", "status");
    contents(page);
    page.close().open("main");
    new OverviewSection(run).write(page);
    new CurvesSection(run).write(page);
    answers(page, "test", "Test images, best epoch", run.test());
    answers(page, "validation", "Validation images, best epoch", run.validation());
    if (run.validation().isPresent()) {
      new HardImagesSection(run.validation().get(), pictures).write(page);
    }
    new ViewsSection(run).write(page);
    if (run.data().isPresent()) {
      new DataSection(run.data().get(), pictures).write(page);
    }
    new SettingsSection(run, moment == Moment.ENDED).write(page);
    page.close();
  }
}
