package dev.graft.examples;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.graft.image.ImageException;
import dev.graft.predict.DeadlineExceededException;
import dev.graft.predict.OverloadedException;
import dev.graft.predict.Prediction;
import dev.graft.predict.Predictor;
import dev.graft.predict.PredictorConfig;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * A service of the JDK's own HTTP server and a {@link Predictor}. Started with a {@code model.pt}
 * and a port, it answers {@code curl --data-binary @bee.jpg localhost:8080}.
 */
public final class PredictionService implements AutoCloseable {
  private static final int MAX_BODY = 8 << 20; // in bytes; each thread may hold one
  private static final int MAX_WAITING = 16; // fewer than threads, or 503 would never be said
  private static final int THREADS = 32;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Predictor predictor;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);

  private record Reply(int status, Map<String, ?> json) {
    static Reply error(int status, String message) {
      return new Reply(status, Map.of("error", message));
    }
  }

  PredictionService(Predictor predictor, int port) throws IOException {
    this.predictor = predictor;
    server = HttpServer.create(new InetSocketAddress(port), 0);
    server.createContext("/", this::handle);
    server.setExecutor(threads);
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Reply reply = reply(exchange);
      byte[] body = JSON.writeValueAsBytes(reply.json());
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      if (reply.status() == 503) {
        exchange.getResponseHeaders().set("Retry-After", "1");
      }
      exchange.sendResponseHeaders(reply.status(), body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private Reply reply(HttpExchange exchange) throws IOException {
    if (!exchange.getRequestMethod().equals("POST")) {
      return Reply.error(405, "POST an image.");
    }
    byte[] image = exchange.getRequestBody().readNBytes(MAX_BODY + 1);
    if (image.length > MAX_BODY) {
      return Reply.error(413, "The image has more than " + MAX_BODY + " bytes.");
    }
    try {
      Prediction.Score best = predictor.predict(image, "the image").best();
      return new Reply(200, Map.of("class", best.label(), "probability", best.probability()));
    } catch (ImageException e) {
      return Reply.error(400, e.getMessage());
    } catch (OverloadedException | DeadlineExceededException e) {
      return Reply.error(503, e.getMessage());
    }
  }

  /** Answers the requests that were begun, for up to half a minute. */
  @Override
  public void close() {
    try {
      threads.shutdown();
      threads.awaitTermination(30, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      server.stop(0);
      predictor.close();
    }
  }

  public static void main(String[] args) throws IOException {
    var config = PredictorConfig.defaults().withLimits(MAX_WAITING, Duration.ofSeconds(5));
    Predictor predictor = Predictor.load(Path.of(args[0]), config);
    var service = new PredictionService(predictor, Integer.parseInt(args[1]));
    Runtime.getRuntime().addShutdownHook(new Thread(service::close)); // SIGTERM
    System.out.println("Listening on port " + service.port());
  }
}
