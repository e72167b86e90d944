/**
 * A classifier is a backbone, a head, class names and preprocessing, kept in one artefact.
 *
 * <ul>
 *   <li>{@link dev.graft.model.Classifier} grafts a new head as a {@link
 *       dev.graft.model.GraftConfig} says, freezes a part ({@link dev.graft.model.Freeze}), saves
 *       and loads {@code model.pt}
 *   <li>{@link dev.graft.model.Card} ({@link dev.graft.model.Head} and preprocessing among it) and
 *       {@link dev.graft.model.Provenance} are what the artefact says of itself; {@link
 *       dev.graft.model.Inspection} is all that is in a file
 *   <li>{@link dev.graft.model.Network} is what a training loop sees; {@link
 *       dev.graft.model.FeatureExtractor} computes the head's input
 *   <li>{@link dev.graft.model.Architecture} builds a network without a file, as {@link
 *       dev.graft.model.ResNet}
 *   <li>{@link dev.graft.model.Pretrained} is where weights come from: TorchScript, a state dict
 *       that fits an architecture ({@link dev.graft.model.StateDictFit}, with what keeps another
 *       from it in {@link dev.graft.model.KeyDifferences}), or an official name; {@link
 *       dev.graft.model.StateDictExport} writes them for Python
 *   <li>{@link dev.graft.model.ModelException} says why a model cannot be used
 * </ul>
 */
@NullMarked
package dev.graft.model;

import org.jspecify.annotations.NullMarked;
