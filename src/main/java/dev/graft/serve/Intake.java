package dev.graft.serve;

import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * Takes requests with a body in, within limits, and sends what becomes of them. The thread that
 * read the body does not wait for the answer.
 */
final class Intake {
  /** Answers a request later, or throws a {@link Problem} at once. */
  @FunctionalInterface
  interface Service {
    CompletableFuture<Reply> answer(Context request, byte[] body) throws IOException;

    /** Refuses a request that could not be answered, before its body is kept. */
    default void requireRoom(Context request) {}
  }

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int CHUNK = 1 << 16;

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
    return context -> serve(context, service);
  }

  /** Reads a request's body and has it answered. */
  private void serve(Context context, Service service) throws IOException {
    service.requireRoom(context);
    Admission.Permit permit = admission.enter(requireSize(context));
    CompletableFuture<Reply> answer;
    try {
      answer = service.answer(context, body(context));
    } catch (Throwable e) {
      permit.close();
      throw e;
    }
    context.future(
        () ->
            answer
                .whenComplete((reply, error) -> permit.close())
                .thenAcceptAsync(reply -> send(context, reply), sender));
  }

  /** How many bytes the request will take: what it says, or else as many as it may. */
  private long requireSize(Context context) {
    long size = context.req().getContentLengthLong();
    if (size > maxBody) {
      throw tooLarge();
    }
    return size < 0 ? maxBody : size;
  }

  private byte[] body(Context context) throws IOException {
    if (context.isMultipartFormData()) {
      return onlyFile(context);
    }
    int size = context.req().getContentLength();
    byte[] body = read(context.bodyInputStream(), size);
    if (body.length < size) {
      throw new Problem(Problem.BAD_REQUEST, "The request's body ends before it should.");
    }
    return body;
  }

  /** Reads to the end, unless that takes too many bytes or too long. */
  private byte[] read(InputStream in, int expected) throws IOException {
    long start = System.nanoTime();
    byte[] all = new byte[expected >= 0 ? expected : Math.min(maxBody + 1, CHUNK)];
    int size = 0;
    while (true) {
      if (size == all.length) {
        if (size == expected) {
          return all;
        }
        if (size > maxBody) {
          throw tooLarge();
        }
        all = Arrays.copyOf(all, (int) Math.min(maxBody + 1L, 2L * size));
      }
      int read = in.read(all, size, all.length - size);
      if (read < 0) {
        return Arrays.copyOf(all, size);
      }
      size += read;
      if (System.nanoTime() - start > PATIENCE.toNanos()) {
        throw new Problem(Problem.TOO_SLOW, "The request's body came too slowly.");
      }
    }
  }

  private static byte[] onlyFile(Context context) throws IOException {
    var files = context.uploadedFiles();
    if (files.size() != 1) {
      throw new Problem(
          Problem.BAD_REQUEST,
          "The form has %d files; send one a request.".formatted(files.size()));
    }
    try (InputStream in = files.get(0).content()) {
      return in.readAllBytes();
    }
  }

  private Problem tooLarge() {
    return new Problem(
        Problem.TOO_LARGE, "The request's body has more than " + maxBody + " bytes.");
  }

  static void send(Context context, Reply reply) {
    reply.headers().forEach(context::header);
    context.status(reply.status()).contentType(reply.contentType()).result(reply.body());
  }
}
