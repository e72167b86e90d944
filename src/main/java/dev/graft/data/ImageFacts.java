package dev.graft.data;

import org.jspecify.annotations.Nullable;

/** What decoding an image tells of it; {@code look} is null where it has nothing to see. */
record ImageFacts(int width, int height, String format, @Nullable Fingerprint look) {}
