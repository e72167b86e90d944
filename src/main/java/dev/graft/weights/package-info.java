/**
 * Weights from outside: {@link dev.graft.weights.TorchScriptFile} checks that a file is the
 * TorchScript it claims to be before libtorch sees it, and reads its side files without libtorch.
 * Whatever is wrong with a file is a {@link dev.graft.weights.WeightsException}.
 */
@NullMarked
package dev.graft.weights;

import org.jspecify.annotations.NullMarked;
