package dev.graft.serve;

import dev.graft.torch.Printable;
import dev.graft.torch.Version;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * Answers over HTTP for one or more models.
 *
 * <pre>{@code
 * ServedModel bees = ServedModel.load("bees", file, PredictorConfig.defaults());
 * try (ModelServer server = ModelServer.start(List.of(bees), ServerConfig.defaults())) {
 *   …
 * }
 * }</pre>
 */
public final class ModelServer implements AutoCloseable {
  private static final Logger LOG = System.getLogger(ModelServer.class.getName());
  private static final int MOST_THREADS = 64;
  private static final int LEAST_THREADS = 4;
  private static final int INPUT_BUFFER = 1 << 16; // bodies are images
  private static final int IDLE_MILLIS = 30_000;

  /** Java's own 50 fill up when many connect at once; the kernel lets the others wait a second. */
  private static final int ACCEPT_QUEUE = 1024;

  /** Two characters of JSON may be a number of four bytes, in an array that has grown to twice. */
  private static final int JSON_WEIGHT = 4;

  private final ServerConfig config;
  private final Models models;
  private final Admission admission;
  private final HttpMetrics metrics;
  private final ExplainRoute explain;
  private final QueuedThreadPool threads =
      new QueuedThreadPool(MOST_THREADS, LEAST_THREADS, IDLE_MILLIS);
  private final Javalin http;
  private volatile boolean stopping;

  private ModelServer(Models models, ServerConfig config) {
    this.config = config;
    this.models = models;
    // a quarter of the heap, but at least one body: decoding needs room too
    long maxBytes = Math.max(config.maxBody(), Runtime.getRuntime().maxMemory() / 4);
    admission = new Admission(config.maxRequests(), maxBytes);
    metrics = new HttpMetrics(admission, models);
    explain = new ExplainRoute(models);
    threads.setName("graft-http");
    http = Javalin.create(this::configure);
  }

  /**
   * Starts to listen.
   *
   * @param models who answers; the first one where a client names none. Closed with the server,
   *     once it has started
   * @param config how to listen, and what to accept
   * @return a server that answers
   * @throws IllegalArgumentException if there is no model, two have one name, or the certificate or
   *     its key cannot be read
   * @throws ServerException if it cannot listen there
   */
  public static ModelServer start(List<ServedModel> models, ServerConfig config) {
    var server = new ModelServer(new Models(models), config);
    try {
      server.http.start();
      return server;
    } catch (RuntimeException e) {
      server.explain.close();
      server.metrics.close();
      throw ServerException.of(e, config);
    }
  }

  private void configure(JavalinConfig javalin) {
    javalin.startup.showJavalinBanner = false;
    javalin.startup.showOldJavalinVersionWarning = false;
    javalin.startup.startupWatcherEnabled = false;
    javalin.http.prefer405over404 = true;
    javalin.jetty.threadPool = threads;
    javalin.jetty.modifyServer(this::configure);
    javalin.jetty.modifyHttpConfiguration(ModelServer::configure);
    javalin.jetty.addConnector(this::connector);
    var log = new AccessLog(config.accessLog());
    javalin.requestLogger.http(log::log);
    javalin.requestLogger.http(metrics::count);
    addRoutes(javalin.routes);
  }

  private ServerConnector connector(Server server, HttpConfiguration http) {
    var tls = config.tls();
    ServerConnector connector =
        tls == null
            ? new ServerConnector(server, new HttpConnectionFactory(http))
            : Tls.connector(server, http, tls);
    connector.setHost(config.host());
    connector.setPort(config.port());
    connector.setAcceptQueueSize(ACCEPT_QUEUE);
    connector.getConnectionFactory(HttpConnectionFactory.class).setInputBufferSize(INPUT_BUFFER);
    return connector;
  }

  private void configure(Server server) {
    server.insertHandler(new GracefulHandler());
    server.setStopTimeout(config.grace().toMillis());
  }

  private static void configure(HttpConfiguration http) {
    http.setIdleTimeout(IDLE_MILLIS);
    http.setSendDateHeader(false);
  }

  private void addRoutes(RoutesConfig routes) {
    var intake = new Intake(config.maxBody(), admission, threads);
    var predict = intake.of(new PredictRoute(models));
    var infer = intake.of(new InferRoute(models), JSON_WEIGHT);
    routes.before(new Gate(config.token(), config.isLoopback())::check);
    routes.post("/predict", predict);
    routes.put("/predict", predict); // curl -T
    routes.post("/explain", intake.of(explain));
    routes.post("/v2/models/{name}/infer", infer);
    routes.post("/v2/models/{name}/versions/{version}/infer", infer);
    new OipRoutes(models, () -> !stopping, Version.graft()).addTo(routes);
    routes.get("/models", context -> Intake.send(context, Reply.json(models.description())));
    routes.get("/metrics", metrics::send);
    Page.addTo(routes);
    routes.exception(HttpResponseException.class, ModelServer::send);
    routes.exception(Exception.class, ModelServer::send);
  }

  private static void send(HttpResponseException error, Context context) {
    var allowed = error.getDetails().get("availableMethods");
    if (allowed != null) {
      context.header("Allow", allowed);
    }
    boolean missing = error.getStatus() == Problem.NOT_FOUND;
    String what = missing ? "There is no such path." : String.valueOf(error.getMessage());
    Intake.refuse(context, Reply.json(error.getStatus(), Map.of("error", what)));
  }

  private static void send(Exception error, Context context) {
    Problem problem = Problem.of(error);
    if (problem.status() == Problem.INTERNAL) {
      LOG.log(Level.ERROR, "A request failed: " + Printable.of(context.path()), error);
    }
    Intake.refuse(context, Reply.of(problem));
  }

  boolean isStopping() {
    return stopping;
  }

  /** Requests with a body that are not answered yet. */
  int inProgress() {
    return admission.requests();
  }

  /** Bytes of bodies that are kept, those that are still read among them. */
  long bytesHeld() {
    return admission.bytes();
  }

  /** Every method with its path, as they were added. */
  List<String> routes() {
    return http.unsafe.internalRouter.allHttpHandlers().stream()
        .map(handler -> handler.endpoint)
        .filter(endpoint -> endpoint.method.isHttpMethod())
        .map(endpoint -> endpoint.method.name().toLowerCase(Locale.ROOT) + " " + endpoint.path)
        .toList();
  }

  /**
   * Tells where the server listens.
   *
   * @return the port
   */
  public int port() {
    return http.port();
  }

  /**
   * Tells where a browser on this machine finds the page.
   *
   * @return such as {@code http://127.0.0.1:8080/}
   */
  public String url() {
    String host = config.host().contains(":") ? "[" + config.host() + "]" : config.host();
    return (config.tls() == null ? "http://" : "https://") + host + ":" + port() + "/";
  }

  /**
   * Refuses new requests, waits for those in progress, for no longer than the configuration's
   * grace, and closes the models. Harmless again.
   */
  @Override
  public void close() {
    stopping = true;
    try {
      http.jettyServer().server().stop();
    } catch (Exception e) { // such as a timeout; what is open is closed all the same
      LOG.log(Level.WARNING, "Some requests were cut off after {0}.", config.grace());
    }
    explain.close();
    models.close();
    metrics.close();
  }
}
