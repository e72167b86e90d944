package dev.graft.bench;

/** Says that this machine, or one side, has not what a row needs. */
final class MissingException extends RuntimeException {
  MissingException(String message) {
    super(message);
  }
}
