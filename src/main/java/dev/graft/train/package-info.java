/**
 * The training loop of PyTorch's transfer-learning tutorial, and what a run is made of.
 *
 * <ul>
 *   <li>{@link dev.graft.train.TrainingRun} does the whole job from a {@link
 *       dev.graft.train.RunConfig}: check the data, graft, train, save into a {@link
 *       dev.graft.train.RunFolder}
 *   <li>{@link dev.graft.train.Trainer} is the loop alone, set by {@link
 *       dev.graft.train.TrainingConfig}; it ends in a {@link dev.graft.train.TrainingResult}
 *   <li>{@link dev.graft.train.TrainingEvent}s ({@link dev.graft.train.Phase}, {@link
 *       dev.graft.train.PhaseResult}) go to {@link dev.graft.train.TrainingListener}s
 *   <li>{@link dev.graft.train.RateSearch} looks for a learning rate before a run: a {@link
 *       dev.graft.train.RateFinder} tries a {@link dev.graft.train.RateRange} and gives a {@link
 *       dev.graft.train.RateCurve}
 *   <li>{@link dev.graft.train.CacheConfig} says what is kept so that it need not be computed again
 *   <li>{@link dev.graft.train.Evaluator} runs a classifier over labelled images and gives an
 *       {@link dev.graft.train.Evaluation}
 *   <li>{@link dev.graft.train.RunException} says why a run cannot start
 *   <li>{@link dev.graft.train.Ranks} are the processes that train one model together; {@link
 *       dev.graft.train.RankException} says that one was lost
 * </ul>
 */
@NullMarked
package dev.graft.train;

import org.jspecify.annotations.NullMarked;
