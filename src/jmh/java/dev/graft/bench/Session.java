package dev.graft.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One run of the driver: where things lie, how much is measured, and the workers that rows share.
 */
final class Session implements AutoCloseable {
  private static final int QUICK_ROUNDS = 3;
  private static final int QUICK_REPEATS = 2;

  private final Settings settings;
  private final Map<Launch, Worker> sharedWorkers = new HashMap<>();
  private int logs;

  Session(Settings settings) {
    this.settings = settings;
    try {
      Files.createDirectories(folder().resolve("logs"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Settings settings() {
    return settings;
  }

  /** Where what is built for the benchmarks lies. */
  Path folder() {
    return settings.root().resolve("target/bench");
  }

  /** A file in the temporary folder. */
  Path file(String name) {
    return settings.temporary().resolve(name);
  }

  Path newLog(String name) {
    return folder().resolve("logs/" + ++logs + "-" + name.toLowerCase(java.util.Locale.ROOT));
  }

  Path weights() {
    return settings.shared().resolve("models/resnet18-imagenet.pt");
  }

  Path hymenoptera() {
    return settings.shared().resolve("data/hymenoptera_data");
  }

  String script(String name) {
    return settings.root().resolve("scripts").resolve(name).toString();
  }

  String python() {
    if (settings.python() == null) {
      throw new MissingException("no Python with torch and torchvision; see --python");
    }
    return settings.python();
  }

  /** The variables that scripts/graft sets. */
  Map<String, String> nativeEnvironment() {
    try (Stream<String> lines = Files.lines(Path.of(script("native.env")))) {
      return lines
          .filter(line -> line.matches("[A-Z_]+=.*"))
          .map(line -> line.split("=", 2))
          .collect(Collectors.toMap(part -> part[0], part -> part[1]));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The command of a JVM, with the options that scripts/graft gives it. */
  List<String> java(String classPath, List<String> options, String main) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx1g",
            "-XX:MaxDirectMemorySize=8g",
            "-XX:-UsePerfData",
            "-Dorg.bytedeco.javacpp.maxBytes=0",
            "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0"));
    command.addAll(options);
    try {
      String jars = Files.readString(folder().resolve(classPath)).trim();
      command.addAll(
          List.of(
              "-cp",
              folder().resolve("classes")
                  + ":"
                  + settings.root().resolve("target/classes")
                  + ":"
                  + jars,
              main));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return command;
  }

  Worker worker(Launch launch) {
    return launch.shared()
        ? sharedWorkers.computeIfAbsent(launch, start -> Worker.start(this, start))
        : Worker.start(this, launch);
  }

  void endSharedWorkers() {
    sharedWorkers.values().forEach(Worker::close);
    sharedWorkers.clear();
  }

  int warmups(Plan plan) {
    return settings.quick() ? Math.min(1, plan.warmups()) : plan.warmups();
  }

  int rounds(Plan plan) {
    if (settings.rounds() != null) {
      return settings.rounds();
    }
    return settings.quick() ? Math.min(QUICK_ROUNDS, plan.rounds()) : plan.rounds();
  }

  int repeats(int repeats) {
    return settings.quick() ? Math.min(QUICK_REPEATS, repeats) : repeats;
  }

  @Override
  public void close() {
    endSharedWorkers();
  }
}
