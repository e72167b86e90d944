/**
 * Thin, owned wrappers over libtorch, named as in PyTorch.
 *
 * <ul>
 *   <li>{@link dev.graft.torch.Tensor}, {@link dev.graft.torch.DType}, {@link
 *       dev.graft.torch.Device}, {@link dev.graft.torch.NoGrad}, {@link dev.graft.torch.Functional}
 *   <li>{@link dev.graft.torch.Module} (TorchScript), {@link dev.graft.torch.ModuleBuilder}, {@link
 *       dev.graft.torch.StateDict}; {@link dev.graft.torch.ForwardGraph} shows what a module
 *       computes on the way, {@link dev.graft.torch.CutForward} how its output depends on that
 *   <li>{@link dev.graft.torch.Optimizer}: {@link dev.graft.torch.Sgd} and {@link
 *       dev.graft.torch.AdamW} over {@link dev.graft.torch.ParameterGroup}s, made by {@link
 *       dev.graft.torch.SgdConfig} and {@link dev.graft.torch.AdamWConfig}
 *   <li>{@link dev.graft.torch.LrScheduler}: {@link dev.graft.torch.StepLr} and others, made by
 *       {@link dev.graft.torch.Schedule}
 *   <li>{@link dev.graft.torch.MemoryFormat} and {@link dev.graft.torch.Precision}, which decide
 *       the speed; {@link dev.graft.torch.Autocast}; {@link dev.graft.torch.GraphOptimization},
 *       which switches TorchScript's optimiser off
 *   <li>{@link dev.graft.torch.ProcessGroup}, several processes that compute sums together, {@link
 *       dev.graft.torch.TcpStore}, through which they meet, and {@link
 *       dev.graft.torch.FlatGradients}, which they sum
 *   <li>{@link dev.graft.torch.NativeRuntime}, which loads the native libraries, and {@link
 *       dev.graft.torch.TorchException}, which their errors become
 *   <li>{@link dev.graft.torch.AtomicFile}, which writes files whole or not at all, {@link
 *       dev.graft.torch.LockFile}, which one process at a time holds, {@link
 *       dev.graft.torch.UnpackedResource}, a resource as a file, {@link dev.graft.torch.IoProblem},
 *       which says why a file failed, {@link dev.graft.torch.Printable}, which makes text from
 *       files safe to show, and {@link dev.graft.torch.Sha256}, {@link
 *       dev.graft.torch.Uninterruptibly}, which waits, and {@link dev.graft.torch.Version}
 * </ul>
 *
 * <p>Native memory is explicit: whoever gets an owned object closes it, and nothing waits for the
 * garbage collector.
 */
@NullMarked
package dev.graft.torch;

import org.jspecify.annotations.NullMarked;
