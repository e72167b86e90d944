/**
 * Thin, owned wrappers over libtorch: tensors, TorchScript modules, the SGD optimiser, state dicts
 * and the native runtime.
 */
@NullMarked
package dev.graft.torch;

import org.jspecify.annotations.NullMarked;
