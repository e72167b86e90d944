/** The training loop of PyTorch's transfer-learning tutorial, its events and its evaluation. */
@NullMarked
package dev.graft.train;

import org.jspecify.annotations.NullMarked;
