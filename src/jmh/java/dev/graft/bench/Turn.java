package dev.graft.bench;

/**
 * One measurement of one side.
 *
 * @param seconds of one unit of work
 * @param resident the memory of its process afterwards in bytes; 0 where unknown
 */
record Turn(double seconds, long resident) {}
