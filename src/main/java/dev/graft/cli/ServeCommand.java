package dev.graft.cli;

import dev.graft.predict.PredictorConfig;
import dev.graft.serve.ModelServer;
import dev.graft.serve.ServedModel;
import dev.graft.serve.ServerConfig;
import dev.graft.torch.Printable;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code graft serve}. */
@Command(
    name = "serve",
    description = "Answers over HTTP with trained models, and shows a page to try them on.",
    footer = {
      "",
      "POST /predict takes an image, /v2 is the Open Inference Protocol, /metrics is for Prometheus,",
      "/openapi.json describes all of it. SIGTERM and Ctrl-C wait for requests in progress.",
      "The access log goes to stdout, a line of JSON a request.",
      "",
      "Example: graft serve --model run/model.pt, then: curl -T ant.jpg localhost:8080/predict"
    },
    sortOptions = false,
    showDefaultValues = true,
    mixinStandardHelpOptions = true)
final class ServeCommand implements Callable<Integer> {
  private static final int POLL_MILLIS = 100;

  /** Loggers that tell of each step of starting. Held, or their level would be forgotten. */
  private static final List<Logger> CHATTY =
      List.of(Logger.getLogger("io.javalin"), Logger.getLogger("org.eclipse.jetty"));

  private final BooleanSupplier stop;

  @Option(
      names = "--model",
      paramLabel = "[NAME=]FILE",
      required = true,
      description =
          "A model.pt that graft saved; several are served side by side. The name is its folder's"
              + " where none is given.")
  private List<String> models;

  @Mixin private final ListenOptions listen = new ListenOptions();

  @Mixin private final ComputeOptions compute = new ComputeOptions();

  @Mixin private final PredictorOptions predictors = new PredictorOptions();

  ServeCommand(BooleanSupplier stop) {
    this.stop = stop;
  }

  @Override
  public Integer call() throws InterruptedException {
    CHATTY.forEach(logger -> logger.setLevel(Level.OFF)); // what fails is an exception, too
    ServerConfig config = listen.config(accessLog());
    PredictorConfig predictor = predictors.config(compute);
    List<ServedModel> loaded = load(predictor);
    try (ModelServer server = start(loaded, config)) {
      CHATTY.forEach(logger -> logger.setLevel(Level.WARNING));
      announce(server, config, loaded);
      while (!stop.getAsBoolean()) {
        Thread.sleep(POLL_MILLIS);
      }
    }
    return 0;
  }

  private static ModelServer start(List<ServedModel> loaded, ServerConfig config) {
    try {
      return ModelServer.start(loaded, config);
    } catch (Throwable e) {
      loaded.forEach(ServedModel::close);
      throw e;
    }
  }

  private List<ServedModel> load(PredictorConfig config) {
    List<ServedModel> loaded = new ArrayList<>();
    try {
      for (String model : models) {
        loaded.add(load(model, config));
      }
      return loaded;
    } catch (Throwable e) {
      loaded.forEach(ServedModel::close);
      throw e;
    }
  }

  private static ServedModel load(String model, PredictorConfig config) {
    int equals = model.indexOf('=');
    Path file = Path.of(model.substring(equals + 1));
    return ServedModel.load(equals < 0 ? name(file) : model.substring(0, equals), file, config);
  }

  /** A run's folder says more than model.pt does. */
  private static String name(Path file) {
    Path whole = file.toAbsolutePath().normalize();
    String name = String.valueOf(whole.getFileName()).replaceFirst("\\.[^.]*$", "");
    boolean plain = name.equals("model") && whole.getNameCount() > 1;
    return plain ? whole.getName(whole.getNameCount() - 2).toString() : name;
  }

  private static PrintStream accessLog() {
    return new PrintStream(System.out, true, StandardCharsets.UTF_8);
  }

  private static void announce(ModelServer server, ServerConfig config, List<ServedModel> models) {
    for (ServedModel model : models) {
      var card = model.predictor().card();
      System.err.printf(
          "Serving %s: %s, %d classes, version %s%n",
          model.name(),
          Printable.of(card.architecture()),
          card.classes().size(),
          model.predictor().version());
    }
    System.err.println("Listening on " + server.url() + " (Ctrl-C stops)");
    if (config.token() == null && !config.isLoopback()) {
      System.err.println(
          "graft: Anyone who reaches this address may use it; --token-file asks for a token.");
    }
  }
}
