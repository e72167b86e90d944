/**
 * From folders or lists of images to shuffled, prefetched, deterministic batches.
 *
 * <ol>
 *   <li>{@link dev.graft.data.ImageFolders} opens {@code train}, {@code val} and {@code test} of a
 *       data set, from folders or from a manifest, or sets a share aside as val; each is an {@link
 *       dev.graft.data.ImageFolder}: class names and a sorted list of {@link
 *       dev.graft.data.Sample}s. Only names are read.
 *   <li>{@link dev.graft.data.DatasetCheck} reads and decodes every file once, and reports all
 *       {@link dev.graft.data.UnreadableFile}s together or leaves them out; the result is {@link
 *       dev.graft.data.CheckedFolders}, with a digest of the data and a {@link
 *       dev.graft.data.DataSummary}: sizes of each {@link dev.graft.data.SplitSummary split}, and
 *       {@link dev.graft.data.DataFinding}s, what seems wrong.
 *   <li>{@link dev.graft.data.DataLoader}, set up by a {@link dev.graft.data.LoaderConfig}, gives
 *       the {@link dev.graft.data.Batches} of an epoch. A {@link dev.graft.data.Batch} holds two
 *       tensors, inputs [N, 3, H, W] and labels [N], until it is closed.
 *   <li>{@link dev.graft.data.FirstViews} draws what training begins with, for people.
 *   <li>{@link dev.graft.data.PixelCache} keeps decoded images from epoch to epoch, as many as
 *       {@link dev.graft.data.CacheRoom} allows.
 *   <li>{@link dev.graft.data.FeatureCache} keeps what a fixed backbone makes of some {@link
 *       dev.graft.data.FeatureViews} of the images, and serves it through the same loader as inputs
 *       [N, F]; a {@link dev.graft.data.FeatureStore} keeps it beyond a run.
 * </ol>
 *
 * <p>Whatever is wrong with the data is a {@link dev.graft.data.DataException}.
 */
@NullMarked
package dev.graft.data;

import org.jspecify.annotations.NullMarked;
