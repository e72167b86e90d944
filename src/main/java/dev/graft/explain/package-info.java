/**
 * Shows where in an image a classifier sees a class: a {@link dev.graft.explain.GradCam} of a model
 * gives an {@link dev.graft.explain.Explanation} with its {@link dev.graft.explain.HeatMap}, also
 * drawn over the image.
 */
@NullMarked
package dev.graft.explain;

import org.jspecify.annotations.NullMarked;
