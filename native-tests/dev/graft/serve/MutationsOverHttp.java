package dev.graft.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.graft.MutationRun;
import dev.graft.image.ImageException.Kind;
import dev.graft.predict.PredictorConfig;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A process that asks a server about damaged images, about each in every form there is. */
public final class MutationsOverHttp implements MutationRun.Service {
  private static final String MODEL = "damaged";

  private final Queue<String> log = new ConcurrentLinkedQueue<>();
  private final Map<String, Integer> statuses = new HashMap<>(); // by the request's id
  private final Set<String> classes;
  private final ModelServer server;
  private final HttpCalls http;

  private MutationsOverHttp(Path model, PredictorConfig config) {
    ServedModel served = ServedModel.load(MODEL, model, config);
    classes = Set.copyOf(served.predictor().card().classes());
    server =
        ModelServer.start(
            List.of(served), ServerConfig.defaults().on("127.0.0.1", 0).withAccessLog(log::add));
    http = new HttpCalls(server);
  }

  public static void main(String[] args) throws Exception {
    MutationRun.of(MutationsOverHttp::new, args);
  }

  /** Asks in every form, none of which may change what becomes of the image. */
  @Override
  public String send(byte[] image, String name) {
    String first = send(ImageForm.BODY, image);
    for (ImageForm form : EnumSet.complementOf(EnumSet.of(ImageForm.BODY))) {
      assertThat(send(form, image)).as("%s as %s, not as BODY", name, form).isEqualTo(first);
    }
    return first.startsWith(MutationRun.ANSWERED) ? MutationRun.ANSWERED : first;
  }

  private String send(ImageForm form, byte[] image) {
    String id = form + "-" + statuses.size();
    var response = form.send(http, MODEL, image, id);
    statuses.put(id, response.statusCode());
    return outcome(form, response);
  }

  private String outcome(ImageForm form, HttpResponse<byte[]> response) {
    String body = new String(response.body(), StandardCharsets.UTF_8);
    assertThat(response.headers().firstValue("Content-Type"))
        .as(body)
        .hasValueSatisfying(type -> assertThat(type).startsWith("application/json"));
    JsonNode answer = HttpCalls.json(response);
    if (response.statusCode() == 200) {
      double sum = 0;
      for (JsonNode probability : form.probabilities(answer)) {
        sum += probability.doubleValue();
      }
      assertThat(form.probabilities(answer)).as(body).hasSameSizeAs(classes);
      assertThat(sum).as(body).isCloseTo(1, within(1e-3));
      assertThat(form.label(answer)).as(body).isIn(classes);
      return MutationRun.ANSWERED + " " + form.label(answer);
    }
    assertThat(HttpCalls.error(response)).as(body).isNotBlank();
    return switch (response.statusCode()) {
      case 400 -> Kind.DAMAGED.name();
      case 413 -> Kind.TOO_LARGE.name();
      case 415 -> Kind.UNKNOWN_FORMAT.name();
      default -> throw new AssertionError(form + ": " + response.statusCode() + " " + body);
    };
  }

  /** Stops the server, and looks for each request's line in the access log. */
  @Override
  public void close() {
    server.close();
    Map<String, Integer> logged = new HashMap<>();
    for (String line : log) {
      JsonNode entry = HttpCalls.json(line.getBytes(StandardCharsets.UTF_8));
      String id = entry.path("id").asText();
      assertThat(logged.put(id, entry.path("status").asInt())).as("twice: " + line).isNull();
    }
    assertThat(logged).isEqualTo(statuses);
    System.out.println("requests " + logged.size());
  }
}
