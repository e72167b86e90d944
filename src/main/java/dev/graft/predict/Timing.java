package dev.graft.predict;

/**
 * Where the time of a call went.
 *
 * @param queueNanos until a worker took it
 * @param decodeNanos decoding and transforming the image
 * @param forwardNanos computing, together with the rest of its batch
 * @param batch images in that batch
 */
public record Timing(long queueNanos, long decodeNanos, long forwardNanos, int batch) {}
