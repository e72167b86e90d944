/**
 * Weights from outside: checks that a file is the TorchScript it claims to be before libtorch sees
 * it.
 */
@NullMarked
package dev.graft.weights;

import org.jspecify.annotations.NullMarked;
