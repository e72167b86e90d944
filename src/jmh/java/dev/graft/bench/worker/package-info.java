/**
 * The processes that do the work which {@code dev.graft.bench} times. A worker reads one JSON
 * object a line from standard input, does what it says and answers with one line; in between it
 * waits and uses no processor. Orders may have a name; each name has a workload. {@code
 * scripts/bench-peer.py} is the same in Python.
 *
 * <ul>
 *   <li>{@code {"do": "open", "spec": {…}}} prepares a {@link dev.graft.bench.worker.Workload}
 *   <li>{@code {"do": "answer", "file": …}} writes what it computes for the fixed input, float32
 *   <li>{@code {"do": "run", "repeat": n}} does it n times and answers with the seconds of each and
 *       with what else the last one measured
 *   <li>{@code {"do": "facts"}} answers with versions and thread counts
 * </ul>
 */
@NullMarked
package dev.graft.bench.worker;

import org.jspecify.annotations.NullMarked;
