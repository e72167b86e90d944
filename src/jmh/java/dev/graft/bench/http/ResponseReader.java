package dev.graft.bench.http;

import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Puts a response together, however its bytes come; one that tells the length of its body. */
final class ResponseReader {
  private static final int STATUS = "HTTP/1.1 ".length();
  private static final int DIGITS = 3;

  private byte[] bytes = new byte[4096];
  private int size;
  private int status;
  private String head = "";
  private int bodyStart;
  private int end;

  void clear() {
    size = 0;
    bodyStart = 0;
  }

  /** Takes all bytes of a buffer; tells whether the response is whole. */
  boolean accept(ByteBuffer in) throws ProtocolException {
    int more = in.remaining();
    if (size + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, size + more));
    }
    in.get(bytes, size, more);
    int from = Math.max(0, size - DIGITS);
    size += more;
    if (bodyStart == 0) {
      findBody(from);
    }
    return bodyStart > 0 && size >= end;
  }

  private void findBody(int from) throws ProtocolException {
    for (int i = from; i + 4 <= size; i++) {
      if (bytes[i] == '\r'
          && bytes[i + 1] == '\n'
          && bytes[i + 2] == '\r'
          && bytes[i + 3] == '\n') {
        bodyStart = i + 4;
        head = new String(bytes, 0, i, StandardCharsets.ISO_8859_1);
        readHead();
        return;
      }
    }
  }

  private void readHead() throws ProtocolException {
    String length = Answer.header(head, "Content-Length");
    if (!head.startsWith("HTTP/1.") || length.isEmpty()) {
      throw new ProtocolException("No answer of a known length: " + head);
    }
    status = Integer.parseInt(head.substring(STATUS, STATUS + DIGITS));
    end = bodyStart + Integer.parseInt(length);
  }

  /** Whether the server closes the connection after this response. */
  boolean isLast() {
    return Answer.header(head, "Connection").equalsIgnoreCase("close");
  }

  Answer answer(long nanos, long finished) {
    return new Answer(status, head, Arrays.copyOfRange(bytes, bodyStart, end), nanos, finished);
  }
}
