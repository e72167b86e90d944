package dev.graft.examples.spring;

import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A JVM of its own that serves a fat jar. */
final class RunningJar implements AutoCloseable {
  private static final Pattern STARTED = Pattern.compile("Tomcat started on port (\\d+)");
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(60);

  private final HttpClient client = HttpClient.newHttpClient();
  private final Process process;
  private final Path log;
  private final int port;

  private RunningJar(Process process, Path log) throws IOException, InterruptedException {
    this.process = process;
    this.log = log;
    try {
      port = awaitPort();
    } catch (Throwable e) {
      process.destroyForcibly();
      throw e;
    }
  }

  /** Starts {@code java -jar} with a folder to work in; returns when it takes requests. */
  static RunningJar start(Path jar, Path model, Path cache, Path folder)
      throws IOException, InterruptedException {
    Path log = Files.createTempFile(folder, "application", ".log");
    var builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-Dorg.bytedeco.javacpp.cachedir=" + cache,
            "-jar",
            jar.toString(),
            "--server.port=0",
            "--graft.model=" + model);
    builder.environment().remove("OMP_WAIT_POLICY"); // a service has none
    builder.directory(folder.toFile()).redirectErrorStream(true).redirectOutput(log.toFile());
    return new RunningJar(builder.start(), log);
  }

  private int awaitPort() throws IOException, InterruptedException {
    long start = System.nanoTime();
    while (System.nanoTime() - start < PATIENCE) {
      Matcher started = STARTED.matcher(log());
      if (started.find()) {
        return Integer.parseInt(started.group(1));
      }
      if (process.waitFor(20, TimeUnit.MILLISECONDS)) {
        throw new AssertionError("It ended with " + process.exitValue() + ":\n" + log());
      }
    }
    throw new AssertionError("It did not start:\n" + log());
  }

  int port() {
    return port;
  }

  String log() throws IOException {
    return Files.readString(log);
  }

  CompletableFuture<HttpResponse<String>> post(byte[] image) {
    URI uri = URI.create("http://localhost:" + port + "/predict");
    return client.sendAsync(
        HttpRequest.newBuilder(uri).POST(BodyPublishers.ofByteArray(image)).build(),
        BodyHandlers.ofString());
  }

  /** SIGTERM. */
  void terminate() {
    process.destroy();
  }

  boolean takesConnections() throws IOException {
    try (var socket = new Socket("localhost", port)) {
      return socket.isConnected();
    } catch (ConnectException e) {
      return false;
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  int exitCode() throws InterruptedException {
    if (!process.waitFor(PATIENCE, TimeUnit.NANOSECONDS)) {
      throw new AssertionError("It does not end.");
    }
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
