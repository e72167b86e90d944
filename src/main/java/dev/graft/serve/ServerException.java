package dev.graft.serve;

import java.net.SocketException;
import java.nio.channels.UnresolvedAddressException;

/** A server that cannot listen where it should. The message says why, and what to do. */
public final class ServerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ServerException(String message, Throwable cause) {
    super(message, cause);
  }

  /** Says why a server did not start. */
  static RuntimeException of(RuntimeException error, ServerConfig config) {
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      if (cause instanceof UnresolvedAddressException) { // an IllegalArgumentException, too
        return cannotListen(config, "this name has no address", error);
      } else if (cause instanceof SocketException) {
        return cannotListen(config, String.valueOf(cause.getMessage()), error);
      } else if (cause instanceof IllegalArgumentException wrong) {
        return wrong;
      }
    }
    return error;
  }

  private static ServerException cannotListen(ServerConfig config, String why, Throwable error) {
    return new ServerException(
        "Cannot listen on %s port %d: %s. Choose another address or port, or end what listens there."
            .formatted(config.host(), config.port(), why),
        error);
  }
}
