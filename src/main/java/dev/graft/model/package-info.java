/**
 * A classifier is a backbone, a head, class names and preprocessing, kept in one artefact.
 *
 * <ul>
 *   <li>{@link dev.graft.model.ResNet} builds an architecture without a file
 * </ul>
 */
@NullMarked
package dev.graft.model;

import org.jspecify.annotations.NullMarked;
