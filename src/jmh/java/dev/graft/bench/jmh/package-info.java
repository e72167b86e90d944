/**
 * JMH benchmarks of graft's parts, through its public interface; {@code scripts/bench --jmh} runs
 * them. Each needs the weights or images under {@code graft.shared}.
 */
@NullMarked
package dev.graft.bench.jmh;

import org.jspecify.annotations.NullMarked;
