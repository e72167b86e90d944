package dev.graft.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The driver: measures the rows that were asked for, prints the table and writes the JSON. */
@Command(name = "scripts/bench")
final class Bench implements Callable<Integer> {
  @Option(names = "--root", required = true)
  private Path root;

  @Option(names = "--shared", required = true)
  private Path shared;

  @Option(names = "--temporary", required = true)
  private Path temporary;

  @Option(names = "--commit")
  private String commit = "unknown";

  @Option(names = "--python")
  private @Nullable String python;

  @Option(names = "--rounds")
  private @Nullable Integer rounds;

  @Option(names = "--quick")
  private boolean quick;

  @Option(names = "--images")
  private int images = 10_000;

  @Option(names = "--python-epochs")
  private int pythonEpochs = 25;

  @Option(names = "--json")
  private @Nullable Path json;

  @Option(names = "--require-clean")
  private boolean requireClean;

  @Option(names = "--list")
  private boolean list;

  @Parameters private List<String> names = List.of();

  public static void main(String[] args) {
    CommandLine line = new CommandLine(new Bench());
    line.setParameterExceptionHandler(
        (problem, arguments) -> {
          System.err.println(problem.getMessage() + " See scripts/bench --help.");
          return 2;
        });
    System.exit(line.execute(args));
  }

  @Override
  public Integer call() throws IOException {
    var settings =
        new Settings(root, temporary, shared, python, rounds, quick, images, pythonEpochs);
    requirePositive("--rounds", rounds == null ? 1 : rounds);
    requirePositive("--python-epochs", pythonEpochs);
    List<Row> all = rows(settings);
    List<Row> chosen = choose(all);
    if (list) {
      chosen.forEach(row -> System.out.printf("%-20s %s%n", row.name(), row.what()));
      return 0;
    }
    Map<String, Object> machine = Machine.facts(commit);
    System.out.println(machine);
    if (quick) {
      System.out.println("A SMOKE TEST: little data, few rounds. These numbers are no result.");
    }
    System.out.print(Table.header());
    List<RowResult> results = new ArrayList<>();
    try (var session = new Session(settings)) {
      prepare(session);
      var runner = new RowRunner(session);
      for (Row row : chosen) {
        RowResult result = runner.run(row);
        results.add(result);
        System.out.print(Table.text(result));
      }
    }
    Path file = json == null ? defaultFile() : json;
    ResultsFile.write(file, settings, machine, results);
    System.out.println("Every time is in " + file + ".");
    return exitCode(results);
  }

  private void requirePositive(String option, int value) {
    if (value < 1) {
      throw new CommandLine.ParameterException(
          new CommandLine(this), option + " is " + value + "; it must be at least 1.");
    }
  }

  private static List<Row> rows(Settings settings) {
    return Stream.of(
            new TrainingRows(settings).rows(),
            new PartRows(settings).rows(),
            new ServingRows().rows(),
            new ServiceRows(settings).rows())
        .flatMap(List::stream)
        .toList();
  }

  private List<Row> choose(List<Row> all) {
    for (String name : names) {
      if (all.stream().noneMatch(row -> row.isMeantBy(name))) {
        throw new CommandLine.ParameterException(
            new CommandLine(this), "There is no row \"" + name + "\"; --list names them.");
      }
    }
    return names.isEmpty()
        ? all
        : all.stream().filter(row -> names.stream().anyMatch(row::isMeantBy)).toList();
  }

  /** Writes the fixed input, and the model that all sides start from. */
  private static void prepare(Session session) throws IOException {
    FixedInput.write(session.file("input.f32"));
    try (Worker worker = session.worker(Launch.graft())) {
      worker.ask(Map.of("do", "open", "spec", Job.of("model").spec(session)));
      JsonNode written = worker.ask(Map.of("do", "run", "repeat", 1));
      if (!written.has("seconds")) {
        throw new IllegalStateException("The model was not written: " + written);
      }
    }
  }

  private Path defaultFile() {
    String time =
        LocalDateTime.now(ZoneId.systemDefault())
            .format(DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss"));
    return root.resolve("target/bench/results-" + time + ".json");
  }

  /**
   * A missed target is a result; a row without numbers is not, unless a smoke test lacks a peer.
   */
  private int exitCode(List<RowResult> results) {
    boolean failed = false;
    for (RowResult result : results) {
      if (result instanceof RowResult.Measured measured) {
        failed |= requireClean && !measured.interference().isClean();
      } else if (result instanceof RowResult.NotMeasured none) {
        failed |= !(quick && none.state() == RowResult.State.SKIPPED);
      }
    }
    return failed ? 1 : 0;
  }
}
