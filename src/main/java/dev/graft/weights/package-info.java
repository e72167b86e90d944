/**
 * Weights from outside, read in Java and never executed.
 *
 * <ul>
 *   <li>{@link dev.graft.weights.StateDictFile} tells a file's {@link
 *       dev.graft.weights.WeightsFormat} and reads the state dicts of {@code torch.save} and
 *       safetensors into a {@link dev.graft.weights.StoredStateDict} of {@link
 *       dev.graft.weights.StoredTensor}s of a {@link dev.graft.weights.StoredType}
 *   <li>{@link dev.graft.weights.TorchStateDictFile} and {@link dev.graft.weights.SafetensorsFile}
 *       write such files
 *   <li>{@link dev.graft.weights.TorchScriptFile} checks that a file is the TorchScript it claims
 *       to be before libtorch sees it, and reads its side files
 *   <li>{@link dev.graft.weights.HubCache} finds or downloads official weights
 *   <li>{@link dev.graft.weights.Printable} makes a file's own text fit to print
 * </ul>
 *
 * <p>Nothing here needs the native library. Whatever is wrong with a file is a {@link
 * dev.graft.weights.WeightsException}.
 */
@NullMarked
package dev.graft.weights;

import org.jspecify.annotations.NullMarked;
