package dev.graft.report;

import dev.graft.train.Evaluation;
import dev.graft.train.Evaluation.Answer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The images that the best epoch did worst on, with their pictures. */
record HardImagesSection(Evaluation evaluation, Pictures pictures) {
  void write(Markup page) {
    HardImages hard = HardImages.of(evaluation);
    page.open("section", "id", "hard");
    page.element("h2", "Hardest validation images");
    page.element(
        "p",
        "What the network saw of each image, in the order of its loss; then where it sees the class"
            + " of its answer and the image's own class (Grad-CAM, from dark violet where nothing"
            + " speaks for the class over red to light yellow).");
    if (!pictures.note().isEmpty()) {
      page.element("p", pictures.note(), "class", "note");
    }
    page.element("h3", "Top losses").open("div", "class", "gallery");
    hard.losses().forEach(answer -> card(page, hard, answer));
    page.close().element("h3", "Most confident mistakes");
    if (hard.mistakes().isEmpty()) {
      page.element("p", "There is none: every answer is right.");
    } else {
      mistakes(page, hard);
    }
    page.close();
  }

  private void mistakes(Markup page, HardImages hard) {
    List<Answer> more = new ArrayList<>(hard.mistakes());
    more.removeAll(hard.losses());
    if (more.size() < hard.mistakes().size()) {
      page.element("p", "Those that are among the top losses have their pictures there.");
    }
    page.openTable(List.of("", "file", "its class", "answer", "probability"));
    int rank = 0;
    for (Answer answer : hard.mistakes()) {
      page.open("tr").element("td", ++rank + ".").open("td");
      page.element("a", file(answer), "href", "#" + id(hard, answer)).close();
      page.element("td", name(answer.sample().label()));
      page.element("td", name(answer.predicted()));
      page.element("td", Shown.percent(answer.probability())).close();
    }
    page.closeTable();
    if (!more.isEmpty()) {
      page.open("div", "class", "gallery");
      more.forEach(answer -> card(page, hard, answer));
      page.close();
    }
  }

  private void card(Markup page, HardImages hard, Answer answer) {
    List<String> labels = new ArrayList<>(List.of(name(answer.predicted())));
    if (!answer.correct()) {
      labels.add(name(answer.sample().label()));
    }
    Path path = answer.sample().path();
    List<Picture> shown = pictures.of(path, labels);
    page.open("figure", "class", "image", "id", id(hard, answer)).open("div", "class", "pictures");
    for (Picture picture : shown) {
      page.open("div");
      picture.write(page);
      page.element("span", picture.words()).close();
    }
    if (shown.isEmpty()) {
      page.element("span", "Picture not found: " + path, "class", "missing");
    }
    page.close().open("figcaption");
    String verdict = answer.correct() ? "right" : "wrong";
    page.element("strong", verdict, "class", verdict);
    page.text(
        ": %s answered with %s, its class is %s (%s). Loss %s. "
            .formatted(
                name(answer.predicted()),
                Shown.percent(answer.probability()),
                name(answer.sample().label()),
                Shown.percent(answer.labelProbability()),
                Shown.decimals(answer.loss())));
    page.element("span", file(answer), "class", "file").close().close();
  }

  private String name(int label) {
    return evaluation.classes().get(label);
  }

  /** The file with its folder, which tells files of one name apart. */
  private static String file(Answer answer) {
    Path path = answer.sample().path();
    int names = path.getNameCount();
    return names < 2 ? path.toString() : path.subpath(names - 2, names).toString();
  }

  private static String id(HardImages hard, Answer answer) {
    return "image-" + List.copyOf(hard.all()).indexOf(answer);
  }
}
