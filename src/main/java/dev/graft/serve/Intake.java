package dev.graft.serve;

import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Takes requests with a body in, within limits, and sends what becomes of them. No thread waits,
 * neither for the body nor for the answer.
 */
final class Intake {
  /** Answers a request later, or throws a {@link Problem} at once. */
  @FunctionalInterface
  interface Service {
    CompletableFuture<Reply> answer(Context request, byte[] body);

    /** Refuses a request that could not be answered, before its body is kept. */
    default void requireRoom(Context request) {}
  }

  private final int maxBody;
  private final Admission admission;
  private final Executor sender;

  /**
   * Makes an intake.
   *
   * @param sender runs what sends answers, which a slow client may hold up
   */
  Intake(int maxBody, Admission admission, Executor sender) {
    this.maxBody = maxBody;
    this.admission = admission;
    this.sender = sender;
  }

  /** Makes a handler of a service. */
  Handler of(Service service) {
    return of(service, 1);
  }

  /**
   * Makes a handler of a service.
   *
   * @param weight how many bytes the service needs for each of a body, that one included
   */
  Handler of(Service service, int weight) {
    return context -> serve(context, service, weight);
  }

  private void serve(Context context, Service service, int weight) {
    if (context.req().getContentLengthLong() > maxBody) {
      throw Body.tooLarge(maxBody);
    }
    service.requireRoom(context);
    Admission.Permit permit = admission.enter();
    context.future(
        () ->
            Body.read(context, maxBody, permit)
                .thenCompose(
                    body -> {
                      permit.hold((long) weight * body.length);
                      permit.begin();
                      return service.answer(context, file(context, body));
                    })
                .whenComplete((reply, error) -> permit.close())
                .handleAsync((reply, error) -> send(context, reply, error), sender));
  }

  private static byte[] file(Context context, byte[] body) {
    return context.isMultipartFormData()
        ? FormFile.of(String.valueOf(context.contentType()), body)
        : body;
  }

  private static @Nullable Void send(
      Context context, @Nullable Reply reply, @Nullable Throwable error) {
    if (reply == null) {
      throw new CompletionException(error); // for those who tell clients of errors
    }
    send(context, reply);
    return null;
  }

  static void send(Context context, Reply reply) {
    reply.headers().forEach(context::header);
    context.status(reply.status()).contentType(reply.contentType()).result(reply.body());
  }

  /** Sends what says why a request is refused, once its client listens. */
  static void refuse(Context context, Reply reply) {
    if (Rest.isSent(context)) {
      context.future(() -> Rest.skip(context).thenRun(() -> send(context, reply)));
    } else {
      send(context, reply);
    }
  }
}
