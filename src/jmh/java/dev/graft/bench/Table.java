package dev.graft.bench;

import dev.graft.bench.RowResult.Measured;
import dev.graft.bench.RowResult.NotMeasured;
import dev.graft.bench.RowResult.Sample;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Results as text: a line for each side, and one for what they come to. */
final class Table {
  private static final String LINE = "%-20s %-46s %10s %10s %10s %s%n";
  private static final int METRICS_ON_A_LINE = 5;

  private Table() {}

  static String header() {
    return String.format(Locale.ROOT, LINE, "row", "side", "median", "min", "max", "");
  }

  static String text(RowResult result) {
    if (result instanceof Measured measured) {
      return side(measured, measured.row().name(), measured.subject())
          + (measured.peer() == null ? "" : side(measured, "", measured.peer()))
          + conclusion(measured);
    }
    var none = (NotMeasured) result;
    return String.format(
        Locale.ROOT, "%-20s %s: %s%n", none.row().name(), none.state(), none.reason());
  }

  private static String side(Measured measured, String name, Sample sample) {
    Plan plan = measured.row().plan();
    Summary times = Summary.of(sample.seconds());
    double slowest = plan.shown(times.max());
    double fastest = plan.shown(times.min());
    return String.format(
            Locale.ROOT,
            LINE,
            name,
            sample.label(),
            number(plan.shown(times.median())),
            number(Math.min(slowest, fastest)),
            number(Math.max(slowest, fastest)),
            plan.unit().label)
        + metrics(sample);
  }

  /** The medians of what else a side measured, some on each line. */
  private static String metrics(Sample sample) {
    var text = new StringBuilder();
    int shown = 0;
    for (var metric : sample.medians().entrySet()) {
      text.append(shown++ % METRICS_ON_A_LINE == 0 ? "%n%-23s".formatted("") : ", ")
          .append(metric.getKey())
          .append(' ')
          .append(number(metric.getValue()));
    }
    return text.isEmpty() ? "" : text.substring(System.lineSeparator().length()) + "%n".formatted();
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, value < 100 ? "%.3f" : "%.1f", value);
  }

  private static String conclusion(Measured measured) {
    int rounds = measured.subject().seconds().size();
    return String.format(
        Locale.ROOT,
        "%-20s %s%starget %s: %s; %d rounds; %s; %s%n",
        "",
        ratio(measured.row().target(), measured.ratio(), rounds),
        memory(measured),
        measured.row().target().text(),
        measured.met() ? "met" : "MISSED",
        rounds,
        measured.agreement(),
        measured.interference().text());
  }

  private static String memory(Measured measured) {
    return measured.row().target() instanceof Target.SameRate
        ? String.format(Locale.ROOT, "resident memory x%.3f; ", measured.memory())
        : "";
  }

  private static String ratio(Target target, @Nullable PairedRatio ratio, int rounds) {
    if (ratio == null) {
      return "";
    }
    String interval =
        Double.isNaN(ratio.low())
            ? "no interval of " + rounds + " rounds"
            : String.format(Locale.ROOT, "95 %%: %.3f to %.3f", ratio.low(), ratio.high());
    return String.format(
        Locale.ROOT,
        "%s %.3f (%s); ",
        target.isCost() ? "ratio" : "speedup",
        ratio.value(),
        interval);
  }
}
