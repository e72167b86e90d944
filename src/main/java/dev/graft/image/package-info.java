/**
 * From bytes to pixels to transformed pixels: decoding, torchvision's transforms and the train and
 * eval presets.
 */
@NullMarked
package dev.graft.image;

import org.jspecify.annotations.NullMarked;
