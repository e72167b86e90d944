/**
 * Images drawn by formulas, and the backbone that learns from them: pretraining without photographs
 * or labels from people.
 *
 * <ul>
 *   <li>a {@link dev.graft.formula.Formula} draws one class: a {@link dev.graft.formula.Fractal},
 *       {@link dev.graft.formula.Contours}, a {@link dev.graft.formula.Texture} or a {@link
 *       dev.graft.formula.Curve}
 *   <li>{@link dev.graft.formula.DrawnClasses} is a set of such classes, written as a folder of
 *       images
 *   <li>{@link dev.graft.formula.Pretraining} trains the small backbone that is in graft's jar
 *   <li>{@link dev.graft.formula.TransferTrial} shows what that is worth, on classes it never saw
 * </ul>
 */
@NullMarked
package dev.graft.formula;

import org.jspecify.annotations.NullMarked;
