/** From a folder of images to shuffled, prefetched, deterministic batches. */
@NullMarked
package dev.graft.data;

import org.jspecify.annotations.NullMarked;
