package dev.graft.bench;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What the driver was asked for.
 *
 * @param root the checkout
 * @param temporary an empty folder, which whoever made it removes
 * @param shared the folder with weights and images
 * @param python the interpreter, or null for none
 * @param rounds instead of each row's own number; null for that
 * @param quick whether this is a smoke test: little data, few rounds
 * @param images of the largest set for the data path
 * @param pythonEpochs that Python trains for the row "features"; fewer than 25 are extrapolated
 */
record Settings(
    Path root,
    Path temporary,
    Path shared,
    @Nullable String python,
    @Nullable Integer rounds,
    boolean quick,
    int images,
    int pythonEpochs) {}
