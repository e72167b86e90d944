/** A network's calls in two ways: through graft's wrappers, and by the raw presets below them. */
@NullMarked
package dev.graft.bench.calls;

import org.jspecify.annotations.NullMarked;
