/**
 * From bytes to pixels to the numbers a network reads: decoding, torchvision's transforms and the
 * train and eval presets.
 *
 * <ul>
 *   <li>{@link dev.graft.image.Preprocessing} says how large the images become and how they are
 *       normalised, and gives the list of transforms for training or evaluation.
 *   <li>{@link dev.graft.image.Transform} is one step on the way: {@link dev.graft.image.Resize},
 *       {@link dev.graft.image.CenterCrop}, {@link dev.graft.image.Shrink}, {@link
 *       dev.graft.image.RandomResizedCrop}, {@link dev.graft.image.RandomHorizontalFlip}, {@link
 *       dev.graft.image.RandomRotation} or {@link dev.graft.image.ColorJitter}, on a {@link
 *       dev.graft.image.Frame}.
 *   <li>{@link dev.graft.image.Augmentation} says which of them training adds to its crop and flip.
 *   <li>{@link dev.graft.image.ImagePipeline} does all of it: file, decode, transforms, floats, in
 *       the {@link dev.graft.image.Layout} that is asked for.
 *   <li>{@link dev.graft.image.DecodedImages} are images that need not be decoded again.
 *   <li>{@link dev.graft.image.ImageDecoder} does the first half alone: file to {@link
 *       dev.graft.image.PixelImage}.
 *   <li>{@link dev.graft.image.JpegPicture} writes pictures for people.
 *   <li>{@link dev.graft.image.ImageException} names a file that cannot be decoded, and why.
 * </ul>
 *
 * <p>Pixels are those of Pillow's {@code convert("RGB")}, byte for byte, and transformed pixels
 * those of torchvision on Pillow images; what would differ is refused by name. That holds for
 * Pillow up to version 12.1: newer ones resize some images in another order, which may change a
 * value by one grey level. A truncated or damaged file is refused, not half decoded. EXIF
 * orientation is ignored, as Pillow does.
 */
@NullMarked
package dev.graft.image;

import org.jspecify.annotations.NullMarked;
