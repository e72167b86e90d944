package dev.graft.serve;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;

/** What is answered to a request: a status, headers and a body. */
final class Reply {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String JSON_TYPE = "application/json";

  private final int status;
  private final String contentType;
  private final byte[] body;
  private final Map<String, String> headers;

  private Reply(int status, String contentType, byte[] body, Map<String, String> headers) {
    this.status = status;
    this.contentType = contentType;
    this.body = body;
    this.headers = headers;
  }

  static Reply of(String contentType, byte[] body) {
    return new Reply(200, contentType, body, Map.of());
  }

  static Reply json(Object value) {
    return json(200, value);
  }

  static Reply json(int status, Object value) {
    return new Reply(status, JSON_TYPE, bytes(value), Map.of());
  }

  /** Says what went wrong, in the form that the Open Inference Protocol has for it. */
  static Reply of(Problem problem) {
    Map<String, String> headers =
        switch (problem.status()) {
          case Problem.UNAVAILABLE -> Map.of("Retry-After", "1");
          case Problem.UNAUTHORIZED -> Map.of("WWW-Authenticate", "Bearer");
          default -> Map.of();
        };
    byte[] body = bytes(Map.of("error", String.valueOf(problem.getMessage())));
    return new Reply(problem.status(), JSON_TYPE, body, headers);
  }

  static byte[] bytes(Object value) {
    try {
      return JSON.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("Not JSON: " + value, e);
    }
  }

  Reply withHeader(String name, String value) {
    return new Reply(status, contentType, body, Map.of(name, value));
  }

  int status() {
    return status;
  }

  String contentType() {
    return contentType;
  }

  byte[] body() {
    return body;
  }

  Map<String, String> headers() {
    return headers;
  }
}
