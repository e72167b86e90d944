/**
 * Training by several processes, on one machine or many: {@link dev.graft.train.Ranks} on c10d,
 * PyTorch's own process groups, with Gloo over TCP, and NCCL between GPUs.
 *
 * <ul>
 *   <li>{@link dev.graft.distributed.RankEnvironment}: what torchrun, Kubeflow's PyTorchJob, Slurm
 *       or a shell loop tell a process about its place
 *   <li>{@link dev.graft.distributed.C10dRanks}: the process's place among the others
 *   <li>{@link dev.graft.distributed.LocalRanks}: starts such processes on this machine
 * </ul>
 */
@NullMarked
package dev.graft.distributed;

import org.jspecify.annotations.NullMarked;
