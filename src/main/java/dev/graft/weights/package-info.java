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
 *   <li>{@link dev.graft.weights.HubCache} finds or downloads official weights, and {@link
 *       dev.graft.weights.FileDigest} identifies a file by its content
 * </ul>
 *
 * <p>A file may be damaged or made to harm. What it says is bounded before it is believed: the
 * sizes of a zip's directory and of what its entries unpack to, a pickle's bytes and opcodes, a
 * header's names, and what reading all tensors would read. The tests open files made to fill the
 * heap with one of 128 MiB.
 *
 * <p>Only the two methods of {@link dev.graft.weights.StoredTensor} that take or make a {@link
 * dev.graft.torch.Tensor} need the native library. Whatever is wrong with a file is a {@link
 * dev.graft.weights.WeightsException}.
 */
@NullMarked
package dev.graft.weights;

import org.jspecify.annotations.NullMarked;
