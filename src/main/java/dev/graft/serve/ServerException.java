package dev.graft.serve;

/** A server that cannot listen where it should. The message says why, and what to do. */
public final class ServerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ServerException(String message, Throwable cause) {
    super(message, cause);
  }

  /** Says why a server did not start. */
  static RuntimeException of(RuntimeException error, ServerConfig config) {
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      if (cause instanceof IllegalArgumentException wrong) {
        return wrong;
      } else if (cause instanceof java.net.BindException
          || cause instanceof java.nio.channels.UnresolvedAddressException
          || cause instanceof java.net.SocketException) {
        return new ServerException(
            "Cannot listen on %s port %d: %s. Choose another address or port, or end what listens there."
                .formatted(config.host(), config.port(), cause.getMessage()),
            error);
      }
    }
    return error;
  }
}
