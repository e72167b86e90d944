/** {@link dev.graft.tensorboard.TensorBoardEvents} writes a run for TensorBoard. */
@NullMarked
package dev.graft.tensorboard;

import org.jspecify.annotations.NullMarked;
